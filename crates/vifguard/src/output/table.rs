use crate::output::Style;

/// A table for people: columns as wide as their widest cell, two spaces apart.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    head: Vec<String>,
    /// Columns of numbers, which end at the same place.
    right: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns; a name that begins with `>` makes a column of numbers.
    pub(crate) fn new(columns: &[&str]) -> Table {
        Table {
            head: columns
                .iter()
                .map(|name| name.trim_start_matches('>').to_owned())
                .collect(),
            right: columns.iter().map(|name| name.starts_with('>')).collect(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as lines.
    pub(crate) fn text(&self, style: Style) -> String {
        let widths = self.widths();
        let head: Vec<&str> = self.head.iter().map(String::as_str).collect();
        let mut text = style.head(&self.line(&head, &widths)) + "\n";
        for row in &self.rows {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            text += &self.line(&cells, &widths);
            text.push('\n');
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        let width = |text: &str| text.chars().count();
        let mut widths: Vec<usize> = self.head.iter().map(|name| width(name)).collect();
        for row in &self.rows {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = (*widest).max(width(cell));
            }
        }
        widths
    }

    fn line(&self, cells: &[&str], widths: &[usize]) -> String {
        let padded = cells
            .iter()
            .zip(widths)
            .zip(&self.right)
            .map(|((cell, &width), &right)| {
                if right {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(&["PORT", ">PASSED", "REFUSED"]);
        table.row(vec!["web-1".to_owned(), "7".to_owned(), String::new()]);
        table.row(vec![
            "a".to_owned(),
            "12345678".to_owned(),
            "mac 1".to_owned(),
        ]);
        let expected = "\
PORT     PASSED  REFUSED
web-1         7
a      12345678  mac 1
";
        assert_eq!(table.text(Style::PLAIN), expected);
    }
}

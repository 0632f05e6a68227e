use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A release of the project, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release([u32; 3]);

impl FromStr for Release {
    type Err = ();

    fn from_str(text: &str) -> Result<Release, ()> {
        let mut numbers = [0; 3];
        let mut parts = text.split('.');
        for number in &mut numbers {
            let part = parts.next().ok_or(())?;
            *number = part.parse().map_err(|_| ())?;
            // 0.01.0 and +1 would be numbers too.
            if *number > 0 && part.starts_with(['0', '+']) || *number == 0 && part != "0" {
                return Err(());
            }
        }
        parts.next().is_none().then_some(Release(numbers)).ok_or(())
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

impl Serialize for Release {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Release;

    #[test]
    fn numbers_are_compared_as_numbers() {
        let release = |text: &str| text.parse::<Release>();
        assert!(release("0.9.0") < release("0.10.0"));
        assert_eq!(
            release("1.20.3").map(|r| r.to_string()),
            Ok("1.20.3".to_owned())
        );
        for wrong in [
            "", "1", "1.2", "1.2.3.4", "1.2.x", "v1.2.3", "1.02.3", "1.+2.3", "1.2.00",
        ] {
            assert_eq!(release(wrong), Err(()), "{wrong}");
        }
    }
}

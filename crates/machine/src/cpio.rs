//! The archive that a kernel unpacks into its first file system (cpio, "newc"; the kernel's
//! Documentation/driver-api/early-userspace/buffer-format.rst).

/// What may lie in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Directory,
    File { content: Vec<u8>, mode: u32 },
    Link { target: String },
    Node { mode: u32, major: u32, minor: u32 },
}

const DIRECTORY: u32 = 0o040_755;
const FILE: u32 = 0o100_000;
const LINK: u32 = 0o120_777;
const CHARACTERS: u32 = 0o020_000;

/// Entries come after the directories that they lie in, as they do in order of their paths.
pub(crate) fn archive<'e>(entries: impl IntoIterator<Item = (&'e str, &'e Entry)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, (path, entry)) in (1..).zip(entries) {
        let (mode, content, device) = match entry {
            Entry::Directory => (DIRECTORY, &[][..], (0, 0)),
            Entry::File { content, mode } => (FILE | mode, content.as_slice(), (0, 0)),
            Entry::Link { target } => (LINK, target.as_bytes(), (0, 0)),
            Entry::Node { mode, major, minor } => (CHARACTERS | mode, &[][..], (*major, *minor)),
        };
        add(&mut bytes, number, path, mode, content, device);
    }
    add(&mut bytes, 0, "TRAILER!!!", 0, &[], (0, 0));
    bytes
}

fn add(
    bytes: &mut Vec<u8>,
    number: u32,
    path: &str,
    mode: u32,
    content: &[u8],
    (major, minor): (u32, u32),
) {
    // Inode, mode, owner, group, links, time, size, device, device that a node stands for, length of the
    // name with its zero, and a checksum that this kind of archive does not have.
    let size = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let name = u32::try_from(path.len() + 1).unwrap_or(u32::MAX);
    let fields = [number, mode, 0, 0, 1, 0, size, 0, 0, major, minor, name, 0];
    bytes.extend(b"070701");
    for field in fields {
        bytes.extend(format!("{field:08x}").as_bytes());
    }
    bytes.extend(path.as_bytes());
    bytes.push(0);
    pad(bytes);
    bytes.extend(content);
    pad(bytes);
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;

    /// The bytes as another program reads them, where there is one.
    #[test]
    fn busybox_reads_what_was_written() {
        let entries = [
            ("bin", Entry::Directory),
            (
                "bin/tool",
                Entry::File {
                    content: b"12345".to_vec(),
                    mode: 0o755,
                },
            ),
            (
                "bin/other",
                Entry::Link {
                    target: "tool".to_owned(),
                },
            ),
        ];
        let bytes = archive(entries.iter().map(|(path, entry)| (*path, entry)));
        assert!(bytes.len().is_multiple_of(4));
        let reader = Command::new("busybox")
            .args(["cpio", "-tv"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut reader) = reader else {
            eprintln!("SKIPPED: no busybox");
            return;
        };
        reader.stdin.take().unwrap().write_all(&bytes).unwrap();
        let output = reader.wait_with_output().unwrap();
        let listed = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = listed.lines().collect();
        assert!(
            lines[0].starts_with("drwxr-xr-x") && lines[0].ends_with("bin"),
            "{listed}"
        );
        assert!(
            lines[1].starts_with("-rwxr-xr-x") && lines[1].ends_with("bin/tool"),
            "{listed}"
        );
        assert!(lines[2].ends_with("bin/other -> tool"), "{listed}");
    }
}

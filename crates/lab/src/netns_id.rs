use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;

/// Which namespace it is, as the kernel numbers them; the number is free again once the namespace is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetnsId {
    device: u64,
    inode: u64,
}

impl NetnsId {
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        let meta = file.metadata()?;
        Ok(Self {
            device: meta.dev(),
            inode: meta.ino(),
        })
    }

    /// The number in `net:[…]`, as `lsns` and the links under /proc show it.
    pub fn inode(self) -> u64 {
        self.inode
    }
}

use super::parcel::Parcel;
use crate::Result;

const SHORTEST: usize = 14;
const MOST_TRIES: usize = 600;

/// The smallest frame found that still differs: without its end, and with zeros where others do too.
pub(super) fn smallest(
    parcel: &Parcel,
    mut differs: impl FnMut(&Parcel) -> Result<bool>,
) -> Result<Parcel> {
    let mut small = parcel.clone();
    let mut tries = 0;
    let mut attempt = |small: &mut Parcel, frame: Vec<u8>| -> Result<bool> {
        tries += 1;
        let mut smaller = Parcel {
            frame,
            ..small.clone()
        };
        // The kernel takes no header that is longer than its frame.
        let longest = u16::try_from(smaller.frame.len()).unwrap_or(u16::MAX);
        smaller.header.header_len = smaller.header.header_len.min(longest);
        let still = tries < MOST_TRIES && differs(&smaller)?;
        if still {
            *small = smaller;
        }
        Ok(still)
    };
    let mut step = small.frame.len();
    while step > 0 {
        let len = small.frame.len().saturating_sub(step).max(SHORTEST);
        let shorter = small.frame[..len].to_vec();
        if len == small.frame.len() || !attempt(&mut small, shorter)? {
            step /= 2;
        }
    }
    for at in 0..small.frame.len() {
        if small.frame[at] != 0 {
            let mut plainer = small.frame.clone();
            plainer[at] = 0;
            attempt(&mut small, plainer)?;
        }
    }
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vifguard_lab::VnetHeader;

    #[test]
    fn what_does_not_matter_goes() {
        let parcel = Parcel {
            origin: String::new(),
            changes: Vec::new(),
            frame: (1..=100).collect(),
            header: VnetHeader::default(),
        };
        let small = smallest(&parcel, |p| Ok(p.frame.get(20) == Some(&21))).unwrap();
        assert_eq!(small.frame.len(), 21);
        assert_eq!(small.frame.iter().filter(|byte| **byte != 0).count(), 1);
    }
}

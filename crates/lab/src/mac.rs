/// An Ethernet address, in the order of the wire.
///
/// Plain bytes: the lab must be able to speak for any address, own or forged, group or zero.
pub type Mac = [u8; 6];

//! Honest conversation between two stacks, by ordinary sockets.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use vifguard_lab::Netns;

use crate::error::{Error, Result};
use crate::wait::{PATIENCE, eventually};

/// Where everybody who listens does so (the echo service of RFC 862).
pub(crate) const PORT: u16 = 7;
/// After which a datagram counts as lost and is sent again.
const LOST: Duration = Duration::from_millis(100);

/// A socket inside that hears datagrams to [`PORT`] on all addresses of a family, and waits for none.
pub(crate) fn listen(netns: &Netns, like: IpAddr) -> Result<UdpSocket> {
    let socket = bind(netns, (unspecified(like), PORT).into())?;
    socket
        .set_nonblocking(true)
        .map_err(Error::step("have a socket not wait"))?;
    Ok(socket)
}

fn bind(netns: &Netns, address: SocketAddr) -> Result<UdpSocket> {
    let bound = netns.run(|| UdpSocket::bind(address))?;
    let socket = bound.map_err(Error::step("bind a UDP socket in the lab"))?;
    socket
        .set_read_timeout(Some(LOST))
        .map_err(Error::step("set a timeout on a socket"))?;
    Ok(socket)
}

/// Does a datagram get from one stack to an address of the other, and an answer back?
pub(crate) fn reaches(asker: &Netns, answerer: &Netns, address: IpAddr) -> Result<bool> {
    let server = bind(answerer, (address, PORT).into())?;
    let any = SocketAddr::new(unspecified(address), 0);
    let client = bind(asker, any)?;
    eventually(PATIENCE, || Ok(exchange(&client, &server, address).is_ok()))
}

fn exchange(client: &UdpSocket, server: &UdpSocket, address: IpAddr) -> io::Result<()> {
    let mut room = [0; 16];
    client.send_to(b"are you there", (address, PORT))?;
    let (_, from) = server.recv_from(&mut room)?;
    server.send_to(b"yes", from)?;
    client.recv(&mut room).map(drop)
}

fn unspecified(like: IpAddr) -> IpAddr {
    match like {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    }
}

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    BridgeStpState, InfoBridge, InfoData, InfoKind, InfoVeth, LinkAttribute, LinkFlags,
    LinkInfo as Info, LinkMessage,
};

use super::link_info::link;
use super::{Answer, Rtnl};
use crate::bridge::BridgeOptions;
use crate::link_info::LinkInfo;
use crate::mac::Mac;

/// The kernel counts ageing in hundredths of a second (USER_HZ).
const TICKS_PER_SECOND: u128 = 100;

/// One thing to change about a device.
pub(crate) enum Change<'a> {
    Up,
    Down,
    Mac(Mac),
    /// The index of a bridge, or 0 for none.
    Master(u32),
    Name(&'a str),
    Mtu(u32),
    Netns(BorrowedFd<'a>),
}

/// One end of a veth pair, to be made.
pub(crate) struct End<'a> {
    pub(crate) name: &'a str,
    pub(crate) mac: Option<Mac>,
    pub(crate) netns: BorrowedFd<'a>,
}

impl End<'_> {
    fn message(&self) -> LinkMessage {
        let mut message = named(self.name, self.mac);
        message
            .attributes
            .push(LinkAttribute::NetNsFd(self.netns.as_raw_fd()));
        message
    }
}

impl Rtnl {
    pub(crate) fn loopback_up(&mut self) -> Answer<()> {
        self.change(1, Change::Up)
    }

    /// Every device of the namespace.
    pub(crate) fn links(&mut self) -> Answer<Vec<LinkInfo>> {
        let replies = self.dump(&RouteNetlinkMessage::GetLink(LinkMessage::default()))?;
        Ok(replies.into_iter().filter_map(link).collect())
    }

    /// The device of this name, if there is one.
    pub(crate) fn link_named(&mut self, name: &str) -> Answer<Option<LinkInfo>> {
        self.one(named(name, None))
    }

    /// The device of this index, if it is still there.
    pub(crate) fn link_at(&mut self, index: u32) -> Answer<Option<LinkInfo>> {
        self.one(at(index))
    }

    fn one(&mut self, wanted: LinkMessage) -> Answer<Option<LinkInfo>> {
        match self.request(RouteNetlinkMessage::GetLink(wanted), 0) {
            Ok(replies) => Ok(replies.into_iter().find_map(link)),
            Err(no) if no.source.kind() == io::ErrorKind::NotFound || is_no_device(&no.source) => {
                Ok(None)
            }
            Err(no) => Err(no),
        }
    }

    pub(crate) fn add_bridge(&mut self, name: &str, options: &BridgeOptions) -> Answer<()> {
        let stp = if options.stp {
            BridgeStpState::KernelStp
        } else {
            BridgeStpState::Disabled
        };
        let mut data = vec![
            InfoBridge::StpState(stp),
            InfoBridge::MulticastSnooping(options.mcast_snooping),
        ];
        if let Some(ageing) = options.ageing {
            let ticks = ageing.as_millis() * TICKS_PER_SECOND / 1000;
            data.push(InfoBridge::AgeingTime(
                u32::try_from(ticks).unwrap_or(u32::MAX),
            ));
        }
        let info = vec![
            Info::Kind(InfoKind::Bridge),
            Info::Data(InfoData::Bridge(data)),
        ];
        self.create(named(name, options.mac), info)
    }

    pub(crate) fn add_veth(&mut self, here: &End<'_>, there: &End<'_>) -> Answer<()> {
        let peer = InfoData::Veth(InfoVeth::Peer(there.message()));
        self.create(
            here.message(),
            vec![Info::Kind(InfoKind::Veth), Info::Data(peer)],
        )
    }

    fn create(&mut self, mut message: LinkMessage, info: Vec<Info>) -> Answer<()> {
        message.attributes.push(LinkAttribute::LinkInfo(info));
        self.request(
            RouteNetlinkMessage::NewLink(message),
            NLM_F_CREATE | NLM_F_EXCL,
        )
        .map(drop)
    }

    pub(crate) fn change(&mut self, index: u32, change: Change<'_>) -> Answer<()> {
        let mut message = at(index);
        match change {
            Change::Up | Change::Down => {
                message.header.change_mask = LinkFlags::Up;
                message
                    .header
                    .flags
                    .set(LinkFlags::Up, matches!(change, Change::Up));
            }
            Change::Mac(mac) => message
                .attributes
                .push(LinkAttribute::Address(mac.to_vec())),
            Change::Master(master) => message.attributes.push(LinkAttribute::Controller(master)),
            Change::Name(name) => message
                .attributes
                .push(LinkAttribute::IfName(name.to_owned())),
            Change::Mtu(mtu) => message.attributes.push(LinkAttribute::Mtu(mtu)),
            Change::Netns(fd) => message
                .attributes
                .push(LinkAttribute::NetNsFd(fd.as_raw_fd())),
        }
        self.request(RouteNetlinkMessage::SetLink(message), 0)
            .map(drop)
    }

    pub(crate) fn delete_link(&mut self, index: u32) -> Answer<()> {
        self.request(RouteNetlinkMessage::DelLink(at(index)), 0)
            .map(drop)
    }
}

fn at(index: u32) -> LinkMessage {
    let mut message = LinkMessage::default();
    message.header.index = index;
    message
}

fn named(name: &str, mac: Option<Mac>) -> LinkMessage {
    let mut message = LinkMessage::default();
    message
        .attributes
        .push(LinkAttribute::IfName(name.to_owned()));
    message
        .attributes
        .extend(mac.map(|mac| LinkAttribute::Address(mac.to_vec())));
    message
}

fn is_no_device(error: &io::Error) -> bool {
    error.raw_os_error() == Some(nix::libc::ENODEV)
}

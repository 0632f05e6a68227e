//! Numbers of linux/netfilter/nf_tables.h and linux/netfilter/nfnetlink.h.

pub(crate) const SUBSYS: u16 = 10;
pub(crate) const BATCH_BEGIN: u16 = 0x10;
pub(crate) const BATCH_END: u16 = 0x11;
pub(crate) const BATCH_GENID: u16 = 1;

/// Message types, already shifted into the subsystem.
pub(crate) mod msg {
    const fn of(kind: u16) -> u16 {
        super::SUBSYS << 8 | kind
    }
    pub(crate) const NEW_TABLE: u16 = of(0);
    pub(crate) const GET_TABLE: u16 = of(1);
    pub(crate) const DEL_TABLE: u16 = of(2);
    pub(crate) const NEW_CHAIN: u16 = of(3);
    pub(crate) const GET_CHAIN: u16 = of(4);
    pub(crate) const DEL_CHAIN: u16 = of(5);
    pub(crate) const NEW_RULE: u16 = of(6);
    pub(crate) const GET_RULE: u16 = of(7);
    pub(crate) const DEL_RULE: u16 = of(8);
    pub(crate) const NEW_SET: u16 = of(9);
    pub(crate) const GET_SET: u16 = of(10);
    pub(crate) const DEL_SET: u16 = of(11);
    pub(crate) const NEW_ELEMENT: u16 = of(12);
    pub(crate) const GET_ELEMENT: u16 = of(13);
    pub(crate) const DEL_ELEMENT: u16 = of(14);
    pub(crate) const NEW_OBJECT: u16 = of(18);
    pub(crate) const GET_OBJECT: u16 = of(19);
    pub(crate) const DEL_OBJECT: u16 = of(20);
    pub(crate) const GET_GENERATION: u16 = of(16);
}

pub(crate) mod flag {
    pub(crate) const REQUEST: u16 = 0x1;
    pub(crate) const ACK: u16 = 0x4;
    pub(crate) const DUMP: u16 = 0x300;
    pub(crate) const CREATE: u16 = 0x400;
    pub(crate) const APPEND: u16 = 0x800;
}

pub(crate) mod table {
    pub(crate) const NAME: u16 = 1;
    pub(crate) const FLAGS: u16 = 2;
    pub(crate) const USERDATA: u16 = 6;
    /// Its base chains are not hooked.
    pub(crate) const FLAG_DORMANT: u32 = 1;
}

pub(crate) mod chain {
    pub(crate) const TABLE: u16 = 1;
    pub(crate) const NAME: u16 = 3;
    pub(crate) const HOOK: u16 = 4;
    pub(crate) const POLICY: u16 = 5;
    pub(crate) const KIND: u16 = 7;
    pub(crate) const HOOK_NUMBER: u16 = 1;
    pub(crate) const HOOK_PRIORITY: u16 = 2;
    pub(crate) const HOOK_DEVICES: u16 = 4;
    pub(crate) const DEVICE_NAME: u16 = 1;
    /// Since Linux 6.18.
    pub(crate) const DEVICE_PREFIX: u16 = 2;
}

pub(crate) mod rule {
    pub(crate) const TABLE: u16 = 1;
    pub(crate) const CHAIN: u16 = 2;
    pub(crate) const EXPRESSIONS: u16 = 4;
    pub(crate) const USERDATA: u16 = 7;
    /// `NFTNL_UDATA_RULE_COMMENT` of libnftnl, so that the `nft` program shows it.
    pub(crate) const USERDATA_COMMENT: u8 = 0;
}

pub(crate) mod set {
    pub(crate) const TABLE: u16 = 1;
    pub(crate) const NAME: u16 = 2;
    pub(crate) const FLAGS: u16 = 3;
    pub(crate) const KEY_TYPE: u16 = 4;
    pub(crate) const KEY_LEN: u16 = 5;
    pub(crate) const DATA_TYPE: u16 = 6;
    pub(crate) const DATA_LEN: u16 = 7;
    pub(crate) const DESC: u16 = 9;
    pub(crate) const ID: u16 = 10;
    pub(crate) const OBJECT_TYPE: u16 = 15;
    pub(crate) const DESC_SIZE: u16 = 1;
    pub(crate) const FLAG_MAP: u32 = 0x8;
    pub(crate) const FLAG_EVAL: u32 = 0x20;
    pub(crate) const FLAG_OBJECT: u32 = 0x40;
    pub(crate) const DATA_VERDICT: u32 = 0xffff_ff00;
    /// A type number of the `nft` program's, which cannot list a set without one; the kernel ignores it.
    pub(crate) const TYPE_INTEGER: u32 = 4;
}

pub(crate) mod element {
    pub(crate) const TABLE: u16 = 1;
    pub(crate) const SET: u16 = 2;
    pub(crate) const ELEMENTS: u16 = 3;
    pub(crate) const KEY: u16 = 1;
    pub(crate) const DATA: u16 = 2;
    pub(crate) const FLAGS: u16 = 3;
    pub(crate) const USERDATA: u16 = 6;
    pub(crate) const EXPR: u16 = 7;
    pub(crate) const OBJECT: u16 = 9;
    /// A time to live, an end of a range, several expressions.
    pub(crate) const ODD: [u16; 4] = [4, 5, 10, 11];
    /// It has no key and stands for all keys that have no element of their own (since Linux 5.13).
    pub(crate) const FLAG_CATCH_ALL: u32 = 2;
}

pub(crate) mod object {
    pub(crate) const TABLE: u16 = 1;
    pub(crate) const NAME: u16 = 2;
    pub(crate) const KIND: u16 = 3;
    pub(crate) const DATA: u16 = 4;
    /// `NFT_OBJECT_COUNTER`.
    pub(crate) const COUNTER: u32 = 1;
}

/// Lists, data and expressions.
pub(crate) mod expr {
    pub(crate) const LIST_ELEM: u16 = 1;
    pub(crate) const NAME: u16 = 1;
    pub(crate) const DATA: u16 = 2;
    pub(crate) const VALUE: u16 = 1;
    pub(crate) const VERDICT: u16 = 2;
    pub(crate) const VERDICT_CODE: u16 = 1;
    pub(crate) const VERDICT_CHAIN: u16 = 2;
    pub(crate) const COUNTER_BYTES: u16 = 1;
    pub(crate) const COUNTER_PACKETS: u16 = 2;
}

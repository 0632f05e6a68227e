use super::*;

/// An attribute of four bytes.
fn number(kind: u16, value: u32) -> Vec<u8> {
    attribute(kind, &value.to_ne_bytes())
}

fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(4 + value.len()).unwrap();
    let mut bytes = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend_from_slice(value);
    bytes
}

/// A route's message, with the table as an attribute where it does not fit its byte.
fn message(family: u8, length: u8, table: u32, kind: u8, attributes: &[Vec<u8>]) -> Vec<u8> {
    let short = u8::try_from(table).unwrap_or(252);
    let mut body = vec![family, length, 0, 0, short, 3, 0, kind, 0, 0, 0, 0];
    body.extend(number(RTA_TABLE, table));
    body.extend(attributes.concat());
    body
}

fn shown(body: &[u8]) -> Vec<String> {
    let route = route(body);
    let ways = route.iter().flat_map(Route::ways);
    ways.map(|way| format!("{}: {way}", way.device)).collect()
}

#[test]
fn default_routes_of_any_table_count_and_their_halves() {
    let by = |device| number(RTA_OIF, device);
    let high = attribute(RTA_DST, &[128, 0, 0, 0]);
    let high6 = attribute(
        RTA_DST,
        &[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    );
    let cases = [
        (
            message(INET, 0, 254, UNICAST, &[by(2)]),
            "2: the IPv4 default route",
        ),
        (
            message(INET6, 0, 1000, UNICAST, &[by(3)]),
            "3: the IPv6 default route of table 1000",
        ),
        (
            message(INET, 1, 254, UNICAST, &[by(2)]),
            "2: half of the IPv4 default route (0.0.0.0/1)",
        ),
        (
            message(INET, 1, 7, UNICAST, &[high, by(2)]),
            "2: half of the IPv4 default route of table 7 (128.0.0.0/1)",
        ),
        (
            message(INET6, 1, 254, UNICAST, &[high6, by(2)]),
            "2: half of the IPv6 default route (8000::/1)",
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(shown(&body), [expected]);
    }
}

#[test]
fn what_is_no_way_out_does_not_count() {
    let by = [number(RTA_OIF, 2)];
    let (blackhole, local, mpls) = (6, 2, 28);
    for body in [
        message(INET, 2, 254, UNICAST, &by),
        message(INET, 0, LOCAL, UNICAST, &by),
        message(INET, 0, 254, blackhole, &by),
        message(INET, 0, 100, local, &by),
        message(mpls, 0, 254, UNICAST, &by),
        vec![INET, 0, 0],
        Vec::new(),
    ] {
        assert_eq!(shown(&body), Vec::<String>::new(), "{body:?}");
    }
}

#[test]
fn every_next_hop_counts() {
    let hop = |device: u32| [&[8, 0, 0, 0][..], &device.to_ne_bytes()].concat();
    let several = attribute(RTA_MULTIPATH, &[hop(4), hop(5)].concat());
    let body = message(INET, 0, 254, UNICAST, &[several]);
    assert_eq!(
        shown(&body),
        ["4: the IPv4 default route", "5: the IPv4 default route"]
    );
}

#[test]
fn next_hop_objects_are_followed_where_the_kernel_does_not() {
    let one = |id, device| {
        let attributes = [number(NHA_ID, id), number(NHA_OIF, device)].concat();
        object(&[vec![0; OBJECT_BODY], attributes].concat()).unwrap()
    };
    let entry = |id: u32| [&id.to_ne_bytes()[..], &[0; 4]].concat();
    let both = attribute(NHA_GROUP, &[entry(11), entry(12)].concat());
    let group = object(&[vec![0; OBJECT_BODY], number(NHA_ID, 20), both].concat()).unwrap();
    let objects = vec![one(11, 4), one(12, 5), group];
    let by = |id| route(&message(INET, 0, 254, UNICAST, &[number(RTA_NH_ID, id)])).unwrap();
    let mut routes = vec![by(11), by(20), by(99)];
    assert!(routes.iter().all(Route::is_open));
    resolve(&mut routes, objects);
    let devices: Vec<_> = routes.iter().map(|route| route.devices.clone()).collect();
    assert_eq!(devices, [vec![4], vec![4, 5], vec![]]);
}

//! What the variables say, and what is wrong with them.

use std::collections::BTreeMap;

use vifguard_driver::{Driver, Error};
use vifguard_xapi::{Endpoint, OptionError, Options, Xapi};

use crate::standin::pool::Pool;
use crate::standin::{PASSWORD, StandIn, USER};
use crate::{WEB, desired, start};

const PIN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn options(variables: &[(&str, &str)]) -> Result<Options, OptionError> {
    let named =
        |(name, value): &(&str, &str)| (format!("VIFGUARD_XAPI_{name}"), (*value).to_owned());
    let variables: BTreeMap<String, String> = variables.iter().map(named).collect();
    Options::from_variables(|name| variables.get(name).cloned())
}

#[test]
fn without_variables_it_is_this_host() {
    let local = Endpoint::Socket("/var/lib/xcp/xapi".into());
    assert_eq!(options(&[]).unwrap().endpoint, local);
    assert_eq!(options(&[("URL", "")]).unwrap().endpoint, local);
    let elsewhere = options(&[("URL", "unix:///run/xapi")]).unwrap().endpoint;
    assert_eq!(elsewhere, Endpoint::Socket("/run/xapi".into()));
}

#[test]
fn a_server_has_a_pin_and_credentials() {
    let all = |url| options(&[("URL", url), ("FINGERPRINT", PIN), ("CREDENTIALS", "/x")]);
    let place = |url| match all(url).unwrap().endpoint {
        Endpoint::Https { host, port, pin } => {
            assert_eq!(Ok(pin), PIN.parse());
            (host, port)
        }
        Endpoint::Socket(path) => panic!("{path:?}"),
    };
    assert_eq!(place("https://xen1"), ("xen1".to_owned(), 443));
    assert_eq!(
        place("https://xen1.example:4443/"),
        ("xen1.example".to_owned(), 4443)
    );
    assert_eq!(
        place("https://[2001:db8::1]:4443"),
        ("2001:db8::1".to_owned(), 4443)
    );
    assert_eq!(
        place("https://[2001:db8::1]"),
        ("2001:db8::1".to_owned(), 443)
    );
    for wrong in [
        "xen1",
        "https://",
        "https://xen1/rpc",
        "https://me:pw@xen1",
        "https://xen1:x",
        "https://[::1",
        "https://[::1]x",
        "unix:xapi",
    ] {
        assert_eq!(all(wrong), Err(OptionError::Url(wrong.to_owned())));
    }
    let clear = "http://xen1";
    assert_eq!(all(clear), Err(OptionError::Clear(clear.to_owned())));
    let url = ("URL", "https://xen1");
    assert_eq!(
        options(&[url, ("CREDENTIALS", "/x")]),
        Err(OptionError::NoPin)
    );
    assert_eq!(
        options(&[url, ("FINGERPRINT", PIN)]),
        Err(OptionError::NoCredentials)
    );
    assert_eq!(options(&[("FINGERPRINT", PIN)]), Err(OptionError::NoTls));
    let short = &PIN[2..];
    let wrong = options(&[url, ("FINGERPRINT", short), ("CREDENTIALS", "/x")]);
    assert_eq!(wrong, Err(OptionError::Pin(short.to_owned())));
}

#[test]
fn credentials_are_its_owners_alone() {
    let server = StandIn::start(Pool::new());
    let good = format!("{USER}\n{PASSWORD}\n");
    let cases = [
        (good.as_str(), 0o600, None),
        (good.as_str(), 0o400, None),
        (good.trim_end(), 0o600, None),
        (
            good.as_str(),
            0o640,
            Some("others may read or write it; chmod 600"),
        ),
        (
            good.as_str(),
            0o602,
            Some("others may read or write it; chmod 600"),
        ),
        ("operator\n", 0o600, Some("it must have two lines")),
        ("operator\na\nb\n", 0o600, Some("it must have two lines")),
        (
            "\npassword\n",
            0o600,
            Some("its first line, the user's name, is empty"),
        ),
    ];
    for (text, mode, wrong) in cases {
        let path = server.file("c", text, mode);
        let options = Options {
            credentials: Some(path.clone()),
            ..server.options()
        };
        let done = Xapi::new(options).observe();
        std::fs::remove_file(path).unwrap();
        match (done, wrong) {
            (Ok(_), None) => {}
            (Err(error), Some(wrong)) => {
                let error = error.to_string();
                assert!(error.contains(wrong), "{error}");
                assert!(!error.contains(PASSWORD), "{error}");
            }
            (done, wrong) => panic!("{mode:o}: {done:?}, {wrong:?}"),
        }
    }
    let missing = Options {
        credentials: Some("/nonexistent".into()),
        ..server.options()
    };
    let error = Xapi::new(missing).observe().unwrap_err().to_string();
    assert!(error.contains("/nonexistent: No such file"), "{error}");
}

#[test]
fn over_the_socket_nobody_logs_in() {
    let (server, mut driver) = start();
    driver.apply(&desired(WEB)).unwrap();
    let mut local = Xapi::new(server.local());
    assert!(local.apply(&desired(WEB)).unwrap().is_nothing());
    let nowhere = Options {
        endpoint: Endpoint::Socket("/nonexistent/xapi".into()),
        ..server.local()
    };
    let error = Xapi::new(nowhere).observe().unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    assert!(
        error.to_string().contains("run it as root in dom0"),
        "{error}"
    );
}

#[test]
fn this_host_is_known_to_the_pool() {
    let (server, _) = start();
    let strange = Options {
        host: Some("nobody".to_owned()),
        ..server.options()
    };
    let error = Xapi::new(strange).observe().unwrap_err().to_string();
    assert!(error.contains("the pool has no host nobody"), "{error}");
    assert!(
        error.contains("VIFGUARD_XAPI_HOST to one of: 11111111"),
        "{error}"
    );
}

use crate::support::vifguard;

const COMMANDS: [&str; 13] = [
    "check",
    "plan",
    "enforce",
    "status",
    "verify",
    "explain",
    "release",
    "run",
    "import",
    "demo",
    "contract",
    "schema",
    "completions",
];

#[test]
fn the_help_names_every_command_and_exit_code() {
    let ran = vifguard(&["--help"]).ends(0);
    for command in COMMANDS {
        assert!(ran.out.contains(&format!("\n  {command} ")), "{command}");
    }
    for code in [0, 1, 2, 3, 65, 66, 69, 70, 71, 74, 75, 77, 126, 127] {
        assert!(ran.out.contains(&format!("\n{code:>5}  ")), "{code}");
    }
    assert!(ran.out.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn every_command_has_an_example() {
    for command in COMMANDS {
        vifguard(&[command, "--help"])
            .ends(0)
            .says("Example")
            .says(&format!("  vifguard {command} "));
    }
}

#[test]
fn wrong_usage_is_2() {
    vifguard(&[]).ends(2);
    vifguard(&["check"]).ends(2).says("--file <FILE>");
    vifguard(&["explain", "-f", "x", "--port", "p"]).ends(2);
    vifguard(&[
        "explain", "-f", "x", "--port", "p", "--hex", "00", "--pcap", "y",
    ])
    .ends(2);
    vifguard(&["release"]).ends(2);
    vifguard(&["release", "--all", "--port", "p"]).ends(2);
    vifguard(&["import"]).ends(2);
    vifguard(&["import", "libvirt"]).ends(2).says("<FILE>");
    vifguard(&["import", "neutron", "--host", "a"]).ends(2);
    vifguard(&["import", "xen", "a"]).ends(2).says("xen");
    vifguard(&["status", "--driver", "ebpf"])
        .ends(2)
        .says("nft");
}

#[test]
fn completions_are_scripts() {
    for (shell, word) in [
        ("bash", "_vifguard()"),
        ("zsh", "#compdef vifguard"),
        ("fish", "complete -c"),
    ] {
        vifguard(&["completions", shell]).ends(0).says(word);
    }
}

#[test]
fn json_is_one_object_whatever_is_asked() {
    let json = vifguard(&["schema", "--json"]).ends(0).json();
    assert_eq!(json["command"], "schema");
    assert_eq!(json["result"]["type"], "object");
    let json = vifguard(&["completions", "zsh", "--json"]).ends(0).json();
    assert_eq!(json["result"]["shell"], "zsh");
    let script = json["result"]["script"].as_str().unwrap();
    assert!(script.starts_with("#compdef vifguard"), "{script}");
}

/// A program that asked for JSON gets it, with every key that other errors have.
#[test]
fn wrong_usage_has_the_form_of_every_error() {
    let cases: [(&[&str], Option<&str>, &str); 5] = [
        (&["check", "--json"], Some("check"), "--file <FILE>"),
        (&["--json", "frob"], None, "'frob'"),
        (&["--json"], None, "subcommand"),
        (
            &["import", "--json", "neutron", "--host", "a"],
            Some("import"),
            "<FILE>",
        ),
        (
            &["status", "--driver", "ebpf", "--json"],
            Some("status"),
            "ebpf",
        ),
    ];
    for (args, command, said) in cases {
        let ran = vifguard(args).ends(2);
        let json = ran.json();
        assert_eq!(json["command"].as_str(), command, "{json}");
        let error = json["error"].as_object().unwrap();
        let keys: Vec<&str> = error.keys().map(String::as_str).collect();
        assert_eq!(keys, ["advice", "host", "message", "policy"]);
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
        assert!(!message.contains("Usage"), "{message}");
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    // Without it there is nothing for programs, and help is no error.
    assert_eq!(vifguard(&["check"]).ends(2).out, "");
    vifguard(&["--json", "--help"]).ends(0).says("Exit codes:");
    vifguard(&["--version"]).ends(0).says("vifguard ");
}

use crate::support::vifguard;

const COMMANDS: [&str; 11] = [
    "check",
    "plan",
    "enforce",
    "status",
    "verify",
    "explain",
    "release",
    "import",
    "demo",
    "schema",
    "completions",
];

#[test]
fn the_help_names_every_command_and_exit_code() {
    let ran = vifguard(&["--help"]).ends(0);
    for command in COMMANDS {
        assert!(ran.out.contains(&format!("\n  {command} ")), "{command}");
    }
    for code in [0, 1, 2, 3, 65, 66, 69, 70, 71, 74, 75, 77] {
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

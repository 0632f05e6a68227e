//! The arguments.

mod contract;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use vifguard_policy::DeviceName;

use crate::commands::conformance::ConformanceArgs;
use crate::drivers::{DriverArgs, DriverName};
use crate::policy_file::no_standard_input;

pub(crate) use contract::{
    ContractArgs, ContractCheckArgs, ContractPlanArgs, ContractWhat, MatrixArgs, MatrixFormat,
};

/// Said in the help of the program; `exit::Exit` holds the numbers.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
    0  all is as asked
    1  the answer is no: a frame is refused or was cut (explain); something has drifted, is degraded
       or is not in force, or a driver that may hold something does not answer (status, release);
       the kernel differs from the policy or cannot be read (verify);
       an interface is missing, cannot or must not be guarded, or --yes is needed (plan, enforce);
       no such port is in force (release); an interface or another guest is in the way (run);
       the imported policy leaves something to decide (import); a row is not as it should be (demo);
       a release has to wait, or a change of the contract must not be merged (contract);
       a driver does less than it declares, or less than is asked for (conformance)
    2  wrong usage
    3  the last good policy was put in force, because the one asked for is wrong (enforce)
   65  the policy, the capture, the frame or what is to be imported cannot be read, or the policy
       has no such port (explain, run); the contract or a report cannot be read, or the contract has
       no such release (contract); the corpus has no such case (conformance)
   66  a file is missing, or is a directory
   69  this host cannot do it: the driver lacks something, or a hypervisor that the policy names
       does not answer
   70  a defect of this program (please report it), or of the hook that it was given (conformance)
   71  the kernel refused a step
   74  a file cannot be read, or the last good policy not be kept
   75  somebody else was in the way: try again
   77  not allowed: run as root (CAP_NET_ADMIN), or as a user who may read the file
  126  the command cannot be executed (run)
  127  there is no such command (run); what it ends with otherwise is its own
  128+ asked to stop by a signal (130 SIGINT, 143 SIGTERM); what was begun was finished first";

const EXAMPLES: &str = "\
Examples:
  vifguard check -f policy.yaml
  vifguard plan -f policy.yaml
  vifguard enforce -f policy.yaml
  vifguard status
  vifguard verify -f policy.yaml
  vifguard run -f policy.yaml --port web-1 --bridge br0 -- qemu-system-x86_64 …
  vifguard explain -f policy.yaml --port web-1 --pcap frames.pcap
  vifguard release --all";

/// Anti-spoofing for the network ports of virtual machines.
///
/// For each port of a guest, a policy says which MACs and addresses are its own. Frames that claim
/// anything else, speak as a router or a DHCP server without leave, or hide in a tag are dropped in
/// the kernel, before a bridge, a router or the host itself has seen them.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXAMPLES, after_long_help = concat_help())]
pub(crate) struct Cli {
    /// Answer in JSON: one object with "command", "exit" and "result" or "error".
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

fn concat_help() -> String {
    format!("{EXAMPLES}\n\n{EXIT_CODES}")
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a policy, and list every error in it. Needs no rights.
    #[command(after_help = "Example:\n  vifguard check -f policy.yaml")]
    Check(PolicyArgs),
    /// Show what enforce would put in force, the difference from what is there, and what is in the way.
    ///
    /// Ends as enforce would without --yes, and with 0 whether or not there is a difference. Without root
    /// the difference is left out.
    #[command(after_help = "Examples:\n  vifguard plan -f policy.yaml\n  \
                            vifguard plan -f policy.yaml --full | less")]
    Plan(PlanArgs),
    /// Make this host so, once. Only the difference is applied; again changes nothing.
    ///
    /// Needs root. Before anything is changed, interfaces that would fall silent (guarded by a pattern, in use,
    /// without a port) are listed, and --yes is needed. A policy that would guard lo, the interface of
    /// a default route (of any table, or half of one) or the uplink of a bridge is refused, with --yes
    /// too; so is one with ports whose interface the driver cannot guard, or that is not there and that
    /// no pattern covers. All of it is said at once, and vifguard plan says the same.
    ///
    /// With --last-good, as at boot, a wrong policy file is no reason to run without guards: if nothing
    /// is in force, the policy that was in force last is put in force again, the errors are shown, and
    /// the exit code is 3. If something is in force, it stays, and nothing else happens.
    #[command(after_help = "Examples:\n  vifguard enforce -f policy.yaml\n  \
                            vifguard enforce -f policy.yaml --yes\n  \
                            vifguard enforce -f /etc/vifguard/policy.yaml --yes \
                            --last-good /var/lib/vifguard/policy.yaml")]
    Enforce(EnforceArgs),
    /// Show the ports in force, what they sent, and what is not as it was left.
    ///
    /// Needs root. Ends with 1 if anything has drifted, is degraded or has lost its interface, or if nothing
    /// is in force.
    #[command(after_help = "Examples:\n  vifguard status\n  vifguard status --json")]
    Status(DriverArgs),
    /// Prove that the kernel judges every frame as the policy says, or show one that it does not.
    ///
    /// Reads rules, sets and elements back from the kernel and changes nothing. Needs root. docs/verify.md
    /// says under which assumptions it holds. Ends with 1 if there is a difference, or something that cannot
    /// be read.
    #[command(after_help = "Examples:\n  vifguard verify -f policy.yaml\n  \
                            vifguard verify -f policy.yaml --json")]
    Verify(VerifyArgs),
    /// Judge frames as a port's policy does: the verdict, the rule, and the field that decided.
    ///
    /// Needs no rights and touches no interface. Ends with 1 if a frame is refused, or if a capture holds
    /// only its beginning; with 65 if the policy has no such port.
    #[command(after_help = "Examples:\n  \
        vifguard explain -f policy.yaml --port web-1 --pcap frames.pcapng\n  \
        vifguard explain -f policy.yaml --port web-1 --hex 'ffffffffffff 020000000001 0806 0001…'")]
    Explain(ExplainArgs),
    /// Show what this host can do: hypervisors, drivers, and each feature with what is missing.
    ///
    /// Needs root for what is found by trying. Nothing is changed. With --json it is a document by which a
    /// scheduler can choose a host. Ends with 1 if no driver can guard anything here.
    #[command(after_help = "Examples:\n  vifguard doctor\n  vifguard doctor --json")]
    Doctor(DriverArgs),
    /// Take guards away again.
    ///
    /// Needs root. An interface that a pattern of host.guarded_interfaces covers stays guarded without its
    /// port: what it sends is refused until --all. Ends with 1 if no such port is in force.
    #[command(after_help = "Examples:\n  vifguard release --port web-1\n  vifguard release --all")]
    Release(ReleaseArgs),
    /// Make a tap for a port, guard it, and start a hypervisor on it; all of it goes with the guest.
    ///
    /// For hypervisors that take an existing tap: QEMU, Firecracker, cloud-hypervisor, crosvm. Needs root.
    /// The tap is made down, guarded beside whatever else is in force, and brought up only then. The
    /// command takes this process's place: signals reach it, and how it ends is how this ends. When it has
    /// ended, however it did, the tap goes and then its guards. In the command's words {tap}, {fd}, {fds}
    /// (with colons; {fds,} with commas) and {mac} are replaced; its environment has VIFGUARD_TAP, VIFGUARD_TAP_MAC and,
    /// where files are handed over, VIFGUARD_TAP_FD and VIFGUARD_TAP_FDS. docs/vmm.md has a command for each.
    #[command(after_help = "Examples:\n  \
        vifguard run -f policy.yaml --port web-1 --bridge br0 -- \\\n      \
        qemu-system-x86_64 -m 512 -drive file=web.img,if=virtio \\\n      \
        -netdev tap,id=n0,fd={fd} -device virtio-net-pci,netdev=n0,mac={mac}\n  \
        vifguard run -f policy.yaml --port web-1 --bridge br0 -- \\\n      \
        firecracker --no-api --config-file web.json")]
    Run(RunArgs),
    /// Waits until the guest of vifguard run has ended, and takes its guards away.
    #[command(hide = true)]
    Guardian(GuardianArgs),
    /// Make a policy of what libvirt or Neutron knows, and say what becomes stricter or looser.
    ///
    /// The policy goes to standard output, with each remark as a comment; the remarks also go to standard
    /// error. Needs no rights and asks no daemon. Ends with 1 if something is left to decide; such remarks
    /// say DECIDE.
    #[command(after_help = "Examples:\n  \
        virsh dumpxml web | vifguard import libvirt - > policy.yaml\n  \
        vifguard import neutron --host compute-1 ports.json > policy.yaml")]
    Import(ImportArgs),
    /// A policy's ports as libvirt's own network filters, for domains that name them.
    ///
    /// docs/libvirt.md says what such filters cannot see. With vifguard enforce --driver nwfilter a policy
    /// changes them while guests run.
    #[command(after_help = "Examples:\n  \
        vifguard libvirt define -f policy.yaml\n  \
        vifguard libvirt snippet -f policy.yaml --port web-1")]
    Libvirt(LibvirtFilterArgs),
    /// Attack guests in network namespaces, without and with guards, and show what becomes of it.
    ///
    /// Needs root, dnsmasq and busybox. Touches nothing outside its own namespaces. Ends with 1 unless
    /// every row is as it should be.
    #[command(after_help = "Examples:\n  vifguard demo\n  vifguard demo --only DHCP")]
    Demo(DemoArgs),
    /// Send every case of the corpus as a real frame through a driver, and compare with what it declares.
    ///
    /// Needs root. Works in network namespaces of its own, with the real Open vSwitch or libvirtd that a driver
    /// needs. docs/conformance.md says how to read what comes of it.
    #[command(after_help = "Examples:\n  \
        vifguard conformance run --driver nft --report report\n  \
        vifguard conformance list --feature arp\n  \
        vifguard conformance case arp-probe-for-the-neighbour --driver nft --pcap it.pcapng")]
    Conformance(ConformanceArgs),
    /// What every driver has to be able to do, when it binds, who answers for each, and whether it is so.
    ///
    /// docs/contract.md has the rules. Needs no rights and asks no driver.
    #[command(after_help = "Examples:\n  vifguard contract matrix\n  \
                            vifguard contract check --release 0.1.0 --reports reports\n  \
                            vifguard contract check --change origin/main\n  \
                            vifguard contract plan --release 0.3.0")]
    Contract(ContractArgs),
    /// Write the JSON Schema of the policy file to standard output, for editors.
    #[command(after_help = "Example:\n  vifguard schema > vifguard.schema.json")]
    Schema,
    /// Write the completions of a shell to standard output.
    #[command(after_help = "Example:\n  \
        vifguard completions bash > /usr/share/bash-completion/completions/vifguard")]
    Completions(CompletionsArgs),
}

impl Command {
    /// Its name.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Command::Check(_) => "check",
            Command::Plan(_) => "plan",
            Command::Enforce(_) => "enforce",
            Command::Status(_) => "status",
            Command::Verify(_) => "verify",
            Command::Explain(_) => "explain",
            Command::Doctor(_) => "doctor",
            Command::Release(_) => "release",
            Command::Run(_) => "run",
            Command::Guardian(_) => "guardian",
            Command::Import(_) => "import",
            Command::Libvirt(_) => "libvirt",
            Command::Demo(_) => "demo",
            Command::Conformance(_) => "conformance",
            Command::Contract(_) => "contract",
            Command::Schema => "schema",
            Command::Completions(_) => "completions",
        }
    }

    /// What it is told of drivers, if it asks any.
    pub(crate) fn driver(&self) -> Option<&DriverArgs> {
        match self {
            Command::Plan(args) => Some(&args.driver),
            Command::Enforce(args) => Some(&args.driver),
            Command::Status(args) | Command::Doctor(args) => Some(args),
            Command::Verify(args) => Some(&args.driver),
            Command::Release(args) => Some(&args.driver),
            Command::Run(args) => Some(&args.driver),
            Command::Guardian(args) => Some(&args.driver),
            // The demo has but a driver's name and its program, and so has the kit, which checks them itself.
            Command::Demo(_)
            | Command::Conformance(_)
            | Command::Check(_)
            | Command::Explain(_)
            | Command::Import(_)
            | Command::Libvirt(_)
            | Command::Contract(_)
            | Command::Schema
            | Command::Completions(_) => None,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    /// The policy, YAML or JSON; - for standard input.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) driver: DriverArgs,
    /// Print the whole plan, in the driver's own terms.
    #[arg(long)]
    pub(crate) full: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EnforceArgs {
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) driver: DriverArgs,
    /// Go on although interfaces in use fall silent.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Let guards that another driver holds on this host stay as they are. A frame then has to pass both: this
    /// is how a port goes from one driver to another without being open (enforce by the new one with
    /// --beside, then release by the old one).
    #[arg(long)]
    pub(crate) beside: bool,
    /// Stay, and keep the host so: as guests come and go, as interfaces are renamed or made anew, and when
    /// somebody changes the rules. SIGHUP reads FILE again; guards stay in force when this ends.
    #[arg(long, conflicts_with = "last_good")]
    pub(crate) watch: bool,
    /// Keep a copy of the policy there once it is in force; and if FILE is wrong while nothing is in
    /// force, as at boot, put that copy in force instead.
    #[arg(long, value_name = "PATH", value_parser = no_standard_input)]
    pub(crate) last_good: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) driver: DriverArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// The port that sends the frames.
    #[arg(long, value_name = "NAME")]
    pub(crate) port: String,
    #[command(flatten)]
    pub(crate) frames: FrameArgs,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct FrameArgs {
    /// A frame from its destination address on; spaces, colons, newlines and 0x are skipped. May be
    /// given several times.
    #[arg(long, value_name = "HEX")]
    pub(crate) hex: Vec<String>,
    /// A capture of Ethernet frames, pcap or pcapng; - for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) pcap: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReleaseArgs {
    #[command(flatten)]
    pub(crate) which: ReleaseWhich,
    #[command(flatten)]
    pub(crate) driver: DriverArgs,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ReleaseWhich {
    /// One port, by its name.
    #[arg(long, value_name = "NAME")]
    pub(crate) port: Option<String>,
    /// Everything: nothing of vifguard remains in the kernel.
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// The port that the guest is to have.
    #[arg(long, value_name = "NAME")]
    pub(crate) port: String,
    /// The Linux bridge to put the tap in; without it, the tap is left to be routed.
    #[arg(long, value_name = "BRIDGE")]
    pub(crate) bridge: Option<DeviceName>,
    /// The tap's name, for a port to which the policy gives no device.
    #[arg(long, value_name = "NAME")]
    pub(crate) tap: Option<DeviceName>,
    /// How the command gets at the tap; by default as an open file if its words have {fd} or {fds}, else
    /// by its name. Firecracker takes only names.
    #[arg(long, value_enum, value_name = "WAY")]
    pub(crate) by: Option<Handover>,
    /// Pairs of queues. With more than one the tap is of the multi-queue kind, which the command must
    /// expect.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) queues: u16,
    /// Hand over plain frames, without the virtio header that hypervisors expect.
    #[arg(long)]
    pub(crate) no_vnet_hdr: bool,
    /// The number of the user who may attach to the tap by its name; by default whoever runs this.
    #[arg(long, value_name = "UID")]
    pub(crate) tap_owner: Option<u32>,
    #[command(flatten)]
    pub(crate) driver: DriverArgs,
    /// The hypervisor, and its arguments.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

/// How a program gets at a tap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Handover {
    /// It inherits open files; no other program can attach.
    Fd,
    /// It attaches by the name.
    Name,
}

#[derive(Debug, Args)]
pub(crate) struct GuardianArgs {
    #[arg(long)]
    pub(crate) port: String,
    /// The tap, by its number.
    #[arg(long)]
    pub(crate) index: u32,
    /// The process that becomes the guest's.
    #[arg(long)]
    pub(crate) process: i32,
    #[arg(long, value_enum)]
    pub(crate) by: Handover,
    #[command(flatten)]
    pub(crate) driver: DriverArgs,
    /// The file by which the tap's name is taken.
    #[arg(long)]
    pub(crate) lock: PathBuf,
    /// It is nobody's child any more.
    #[arg(long)]
    pub(crate) settled: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[command(subcommand)]
    pub(crate) from: ImportFrom,
}

/// Where a policy comes from.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportFrom {
    /// Domains of libvirt, as virsh dumpxml writes them.
    ///
    /// Files may also hold snapshots, single interfaces, networks (virsh net-dumpxml: gateways and DHCP
    /// hosts) and filters of your own (virsh nwfilter-dumpxml), one after the other. Dump guests while
    /// they run, or the names of their interfaces are not known.
    #[command(after_help = "Examples:\n  \
        vifguard import libvirt web.xml db.xml default-network.xml > policy.yaml\n  \
        for d in $(virsh list --name); do virsh dumpxml $d; done | vifguard import libvirt -")]
    Libvirt(LibvirtArgs),
    /// Ports of Neutron, as its API gives them.
    ///
    /// A file holds the body of GET /v2.0/ports or of one port, or what openstack port show -f json prints.
    /// What openstack port list prints leaves too much out.
    #[command(after_help = "Example:\n  \
        vifguard import neutron --host compute-1 --networks networks.json --subnets subnets.json \
        ports.json")]
    Neutron(NeutronArgs),
}

#[derive(Debug, Args)]
pub(crate) struct LibvirtArgs {
    /// XML; - for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct NeutronArgs {
    /// Ports, JSON; - for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The body of GET /v2.0/networks: names, and whether a network is one project's alone; - for
    /// standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) networks: Vec<PathBuf>,
    /// The body of GET /v2.0/subnets: gateways; - for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) subnets: Vec<PathBuf>,
    /// Only guests that are bound to this host.
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LibvirtFilterArgs {
    #[command(subcommand)]
    pub(crate) what: LibvirtWhat,
}

/// What is to be had of libvirt's filters.
#[derive(Debug, Subcommand)]
pub(crate) enum LibvirtWhat {
    /// Print what the interface of a port's domain says, so that libvirt starts it with its filter.
    ///
    /// It stays the same when the policy changes. A domain whose filter is not defined does not start.
    #[command(after_help = "Example:\n  vifguard libvirt snippet -f policy.yaml --port web-1")]
    Snippet(LibvirtPortArgs),
    /// Print the filters of a port, as virsh nwfilter-define takes them, one after the other.
    #[command(after_help = "Example:\n  vifguard libvirt filters -f policy.yaml --port web-1")]
    Filters(LibvirtPortArgs),
    /// Define the filters of all ports in the libvirt of this host, or make them so.
    ///
    /// Domains that run with one get its rules at once. Nothing is taken away.
    #[command(after_help = "Example:\n  vifguard libvirt define -f policy.yaml")]
    Define(PolicyArgs),
}

#[derive(Debug, Args)]
pub(crate) struct LibvirtPortArgs {
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// The port.
    #[arg(long, value_name = "NAME")]
    pub(crate) port: String,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Only rows with this text in their name.
    #[arg(long, value_name = "TEXT")]
    pub(crate) only: Option<String>,
    /// The mechanism.
    #[arg(long, value_enum, default_value = "nft", value_name = "DRIVER")]
    pub(crate) driver: DriverName,
    /// The program that is the driver, for --driver external.
    #[arg(long, value_name = "PATH")]
    pub(crate) program: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

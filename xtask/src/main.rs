//! `cargo xtask VERB`: set-up, build, demo and tests of xdpfeed.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod build;
mod demo;
mod ebpf;
mod privilege;
mod setup;
mod step;
mod test;
mod vm;

/// Set-up, build, demo and tests of xdpfeed.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Install whatever is missing to build and run xdpfeed here.
    ///
    /// Says what it does and why before each step. System packages come from apt-get, through sudo unless you
    /// are root; the eBPF toolchain goes into a private directory ($XDPFEED_TOOLS, or xdpfeed in your cache
    /// directory). Does nothing, quickly, when nothing is missing.
    Setup,
    /// Build the XDP programs and print where their objects are.
    Ebpf,
    /// Set up, then build the xdpfeed command.
    Build(build::Build),
    /// Set up, build, and run every test: unit, property, XDP program in the kernel, end to end over veth.
    ///
    /// Builds as you and runs the tests as root, through sudo. A test that cannot run here says why; with CI set
    /// that is a failure. XDPFEED_CAPTURES is a folder of captures some tests read.
    Test(test::Test),
    /// Set up, build, and show a feed with losses being received: two namespaces, two veth pairs, a publisher and
    /// `xdpfeed run`, and at the end both accounts side by side.
    ///
    /// Builds as you and runs as root, through sudo. Leaves nothing behind, also on Ctrl-C.
    Demo(demo::Demo),
    /// Set up, build with optimizations, and send the same feed to every receive path in turn: packets a second without
    /// loss, latency, CPU time, side by side. Takes some five minutes, on a machine with nothing else to do.
    Bench(bench::Bench),
    /// Boot Debian's kernels under qemu and receive a feed in each: what every kernel and NIC makes of AF_XDP.
    ///
    /// Needs no root, and no virtualization by the processor. The kernels and qemu are fetched from Debian's archive
    /// and unpacked beside the private tools; what is there is not fetched again. Prints the table of
    /// docs/compatibility.md, and fails if anything in it is not as expected.
    Vm(vm::Vm),
}

fn main() -> ExitCode {
    let done = match Cli::parse().verb {
        Verb::Setup => setup::setup()
            .map(|toolchain| step::say(format_args!("all there, with {}", toolchain.describe()))),
        Verb::Ebpf => build::ebpf(),
        Verb::Build(build) => build.run().map(|binary| println!("{}", binary.display())),
        Verb::Test(test) => test.run(),
        Verb::Demo(demo) => demo.run(),
        Verb::Bench(bench) => bench.run(),
        Verb::Vm(vm) => vm.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

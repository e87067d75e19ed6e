//! The system's package manager.

use std::env;
use std::process::{Command, Stdio};

/// Installs packages, where it may.
pub(crate) struct Installer {
    allowed: bool,
    manager: Option<Manager>,
    rights: Rights,
}

/// The names of the same thing in each package manager, several separated by spaces.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packages {
    pub(crate) apt: &'static str,
    pub(crate) dnf: &'static str,
    pub(crate) apk: &'static str,
    pub(crate) pacman: &'static str,
    pub(crate) brew: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manager {
    Apt,
    Dnf,
    Apk,
    Pacman,
    Brew,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rights {
    Root,
    Sudo,
    None,
}

impl Installer {
    /// With `allowed` false, nothing is installed: every attempt ends in the line to run.
    pub(crate) fn new(allowed: bool) -> Self {
        Self { allowed, manager: Manager::find(), rights: Rights::find() }
    }

    /// Whether anything may be installed at all.
    pub(crate) fn allowed(&self) -> bool {
        self.allowed
    }

    /// The exact line that installs the packages.
    pub(crate) fn line(&self, packages: &Packages) -> String {
        let Some(manager) = self.manager else {
            return format!("install {} (or what your system calls it)", packages.apt);
        };
        let sudo = if self.rights == Rights::Root || manager == Manager::Brew { "" } else { "sudo " };
        format!("{sudo}{} {}", manager.install().join(" "), manager.names(packages))
    }

    /// Installs the packages; the error says what a person has to run instead.
    pub(crate) fn install(&self, packages: &Packages) -> Result<(), String> {
        let line = self.line(packages);
        let manager = match self.manager {
            Some(manager) if self.allowed && (self.rights != Rights::None || manager == Manager::Brew) => {
                manager
            }
            _ => return Err(format!("run this, and try again:\n\n    {line}\n")),
        };
        println!("Installing: {line}");
        let names: Vec<&str> = manager.names(packages).split_whitespace().collect();
        if let Some(refresh) = manager.refresh()
            && !names.iter().all(|name| manager.knows(name))
        {
            self.run(manager, refresh, &[]);
        }
        let mut installed = self.run(manager, manager.install(), &names);
        if let (false, Some(refresh)) = (installed, manager.refresh()) {
            // The list of packages may be older than what the servers still have.
            installed = self.run(manager, refresh, &[]) && self.run(manager, manager.install(), &names);
        }
        if installed {
            Ok(())
        } else {
            Err(format!("this failed; see above for the reason:\n\n    {line}\n"))
        }
    }

    fn run(&self, manager: Manager, words: &[&str], names: &[&str]) -> bool {
        let sudo: &[&str] =
            if self.rights == Rights::Sudo && manager != Manager::Brew { &["sudo", "-n"] } else { &[] };
        let environment: &[&str] =
            if manager == Manager::Apt { &["env", "DEBIAN_FRONTEND=noninteractive"] } else { &[] };
        let line = [sudo, environment, words, names].concat();
        let mut command = Command::new(line[0]);
        command.args(&line[1..]).stdin(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

impl Manager {
    fn find() -> Option<Self> {
        let all = [
            ("apt-get", Self::Apt),
            ("dnf", Self::Dnf),
            ("apk", Self::Apk),
            ("pacman", Self::Pacman),
            ("brew", Self::Brew),
        ];
        all.into_iter().find(|(program, _)| in_search_path(program)).map(|(_, manager)| manager)
    }

    fn install(self) -> &'static [&'static str] {
        match self {
            Self::Apt => &["apt-get", "install", "-y", "--no-install-recommends"],
            Self::Dnf => &["dnf", "install", "-y"],
            Self::Apk => &["apk", "add"],
            Self::Pacman => &["pacman", "-S", "--noconfirm", "--needed"],
            Self::Brew => &["brew", "install"],
        }
    }

    /// How the list of packages is brought up to date, where that is a step of its own. Not pacman's: its list must
    /// not be newer than the installed packages.
    fn refresh(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Apt => Some(&["apt-get", "update"]),
            Self::Apk => Some(&["apk", "update"]),
            Self::Dnf | Self::Pacman | Self::Brew => None,
        }
    }

    fn knows(self, package: &str) -> bool {
        let mut command = match self {
            Self::Apt => Command::new("apt-cache"),
            _ => Command::new("apk"),
        };
        command.args(if self == Self::Apt { ["show", package] } else { ["info", package] });
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    fn names(self, packages: &Packages) -> &'static str {
        match self {
            Self::Apt => packages.apt,
            Self::Dnf => packages.dnf,
            Self::Apk => packages.apk,
            Self::Pacman => packages.pacman,
            Self::Brew => packages.brew,
        }
    }
}

impl Rights {
    fn find() -> Self {
        let succeeds = |line: &[&str]| {
            let mut command = Command::new(line[0]);
            command.args(&line[1..]).stdin(Stdio::null()).stderr(Stdio::null());
            command.output().ok().filter(|output| output.status.success())
        };
        if succeeds(&["id", "-u"]).is_some_and(|output| output.stdout.trim_ascii() == b"0") {
            Self::Root
        } else if succeeds(&["sudo", "-n", "true"]).is_some() {
            Self::Sudo
        } else {
            Self::None
        }
    }
}

fn in_search_path(program: &str) -> bool {
    let directories = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&directories).any(|directory| directory.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKAGES: Packages = Packages {
        apt: "libpq-dev",
        dnf: "libpq-devel",
        apk: "libpq-dev",
        pacman: "postgresql-libs",
        brew: "libpq",
    };

    #[test]
    fn who_may_not_install_is_told_the_line() {
        let cases = [
            (Some(Manager::Apt), Rights::None, "sudo apt-get install -y --no-install-recommends libpq-dev"),
            (Some(Manager::Apt), Rights::Root, "apt-get install -y --no-install-recommends libpq-dev"),
            (Some(Manager::Dnf), Rights::Sudo, "sudo dnf install -y libpq-devel"),
            (Some(Manager::Brew), Rights::None, "brew install libpq"),
            (None, Rights::Root, "install libpq-dev (or what your system calls it)"),
        ];
        for (manager, rights, line) in cases {
            let installer = Installer { allowed: false, manager, rights };
            assert_eq!(installer.line(&PACKAGES), line);
            assert_eq!(
                installer.install(&PACKAGES),
                Err(format!("run this, and try again:\n\n    {line}\n"))
            );
        }
    }
}

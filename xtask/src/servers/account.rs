//! The account that a server runs under: PostgreSQL and MariaDB refuse to run as root.

use std::io;
use std::path::Path;
use std::process::Command;

use crate::Backend;

/// An account other than the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    user: u32,
    group: u32,
}

impl Account {
    /// The account to run a server under; `None` is the current one, which is right for everybody but root.
    pub(super) fn for_servers(backend: Backend) -> Result<Option<Self>, String> {
        if id(&["-u"]) != Some(0) {
            return Ok(None);
        }
        let names = match backend {
            Backend::Postgres => ["postgres", "nobody"],
            _ => ["mysql", "nobody"],
        };
        let account = names.iter().find_map(|name| {
            let (user, group) = (id(&["-u", name])?, id(&["-g", name])?);
            Some(Self { user, group })
        });
        let missing =
            || format!("{backend} refuses to run as root, and there is no user {}", names.join(" or "));
        account.ok_or_else(missing).map(Some)
    }

    /// Makes a command run under this account.
    pub(super) fn apply(self, command: &mut Command) {
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            command.uid(self.user).gid(self.group);
        }
    }

    /// Gives a file to this account.
    pub(super) fn own(self, path: &Path) -> io::Result<()> {
        #[cfg(unix)]
        std::os::unix::fs::chown(path, Some(self.user), Some(self.group))?;
        Ok(())
    }
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

//! The program that is somebody else's driver, before anything is asked of it.

use std::fs::metadata;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::DriverName;
use crate::exit::Exit;
use crate::failure::Failure;

/// Is there a program if one is needed, and none if not?
pub(crate) fn check(name: DriverName, program: Option<&Path>) -> Result<(), Failure> {
    match (name, program) {
        (DriverName::External, Some(program)) => executable(program),
        (DriverName::External, None) => Err(Failure::new(
            Exit::Usage,
            "--driver external needs --program: the program that is the driver",
            "name it by its path (docs/external-drivers.md); nothing was changed",
        )),
        (_, None) => Ok(()),
        (other, Some(program)) => Err(Failure::new(
            Exit::Usage,
            format!(
                "--program {} is of no use to --driver {}",
                program.display(),
                other.name()
            ),
            "leave it out, or choose --driver external; nothing was changed",
        )),
    }
}

fn executable(program: &Path) -> Result<(), Failure> {
    let wrong = |why: String, advice: &str| {
        let what = format!("--program {}: {why}", program.display());
        Err(Failure::new(
            Exit::NoInput,
            what,
            format!("{advice}; nothing was changed"),
        ))
    };
    match metadata(program) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            wrong("there is no such file".to_owned(), "check the path")
        }
        Err(error) => wrong(error.to_string(), "check the path and its rights"),
        Ok(found) if found.is_dir() => wrong("is a directory".to_owned(), "name the program in it"),
        Ok(found) if !found.is_file() => wrong("is no file".to_owned(), "name a program"),
        Ok(found) if found.permissions().mode() & 0o111 == 0 => wrong(
            "may not be executed".to_owned(),
            "make it executable (chmod +x)",
        ),
        Ok(_) => Ok(()),
    }
}

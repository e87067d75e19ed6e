//! The commands of the README, run as written against the served example, print what the README says.

#![cfg(feature = "sqlite")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn the_readmes_commands_print_what_it_says() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(readme).expect("the README");
    let commands = commands(&readme);
    assert!(commands.len() >= 5, "the README shows the service at work");

    let server = Server::start();
    for (command, expected) in commands {
        let command = command.replace("localhost:8000", &format!("localhost:{}", server.port));
        assert_eq!(run(&command).trim_end(), expected, "{command}");
    }
}

#[test]
fn the_readme_shows_the_whole_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("../../README.md")).expect("the README");
    let source = std::fs::read_to_string(root.join("src/main.rs")).expect("the example");
    let shown = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    // The README leaves out comments, and the function that the example's own tests share with `main`.
    let code = |text: &str| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let (shown, source) = (code(shown), code(&source));
    let end = shown.iter().position(|line| line == "#[launch]").expect("a launch");
    assert_eq!(shown[..end], source[..end]);
}

/// Runs a command as written, or, on a machine without curl, does what curl would do.
fn run(command: &str) -> String {
    let curl = Command::new("curl").arg("--version").stdout(Stdio::null()).status();
    if curl.is_ok_and(|status| status.success()) {
        let output = Command::new("sh").args(["-c", command]).output().expect("a shell");
        assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
        return String::from_utf8_lossy(&output.stdout).into_owned();
    }
    let (mut method, mut url, mut headers, mut body, mut status_only) = ("GET", "", String::new(), "", false);
    let words = words(command);
    let mut words = words.iter().map(String::as_str).skip(1);
    while let Some(word) = words.next() {
        match word {
            "-s" => {}
            "-o" => assert_eq!(words.next(), Some("/dev/null")),
            "-w" => status_only = words.next() == Some("%{http_code}\\n"),
            "-X" => method = words.next().expect("a method"),
            "-H" => headers += &format!("{}\r\n", words.next().expect("a header")),
            "-d" => body = words.next().expect("a body"),
            _ => url = word,
        }
    }
    let (host, path) = url.trim_start_matches("http://").split_once('/').expect("a path");
    let length = body.len();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    let mut stream = TcpStream::connect(host).expect("a connection");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("a response");
    let (head, body) = response.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).expect("a status");
    if status_only { status.to_owned() } else { body.to_owned() }
}

/// The words of a command; quotes are single and not nested.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in command.split('\'').enumerate() {
        if place % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// The commands of the first console block, each with what it prints.
fn commands(readme: &str) -> Vec<(String, String)> {
    let block =
        readme.split("```console\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => commands.push((command.to_owned(), String::new())),
            None => {
                let (_, output) = commands.last_mut().expect("a command before its output");
                if !output.is_empty() {
                    output.push('\n');
                }
                output.push_str(line);
            }
        }
    }
    commands
}

/// The example, served in a directory of its own.
struct Server {
    child: Child,
    port: u16,
    directory: std::path::PathBuf,
}

impl Server {
    fn start() -> Self {
        // Free a moment ago; Rocket tells a port of its own choice only in its log.
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
        let directory = std::env::temp_dir().join(format!("authors-readme-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory");
        let child = Command::new(env!("CARGO_BIN_EXE_authors"))
            .current_dir(&directory)
            .env("ROCKET_PORT", port.to_string())
            .env_remove("DATABASE_URL")
            .stdout(Stdio::null())
            .spawn()
            .expect("the example runs");
        let mut server = Self { child, port, directory };
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(server.child.try_wait().expect("a process").is_none(), "the example stopped");
            assert!(Instant::now() < deadline, "the example does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

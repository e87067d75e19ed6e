use super::*;

/// Each of these starts a real server, if this machine has its programs; a machine that tests on SQLite alone needs
/// none.
fn each_installed(case: impl Fn(Server)) {
    for backend in [Backend::Postgres, Backend::Mysql] {
        if installed(backend).is_ok() {
            case(Server::start(backend).unwrap());
        }
    }
}

fn lets_in(server: &Server) -> bool {
    let user = if server.backend == Backend::Postgres { "postgres" } else { "root" };
    login::lets_in(server.backend, &Address::local(server.port), user).is_ok()
}

#[test]
fn a_server_stops_and_starts_again_on_its_port_and_data() {
    each_installed(|mut server| {
        let (port, directory) = (server.port(), server.directory.clone());
        assert!(lets_in(&server));
        assert!(server.restart().is_err(), "it is running");

        server.stop().unwrap();
        assert!(!lets_in(&server));
        assert!(server.stop().is_err(), "it is not running");
        server.restart().unwrap();
        assert!(lets_in(&server));

        server.crash().unwrap();
        assert!(!lets_in(&server));
        server.restart().unwrap();
        assert!(lets_in(&server));

        assert_eq!(server.port(), port);
        drop(server);
        assert!(!directory.exists());
        assert!(TcpListener::bind(("127.0.0.1", port)).is_ok(), "the port is free again");
    });
}

#[test]
fn sqlite_has_no_server_to_start() {
    assert_eq!(Server::start(Backend::Sqlite).unwrap_err(), "SQLite has no server");
}

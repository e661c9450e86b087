// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Networks
internal import OCI

/// Who watches over a container that runs, as far as its networks are concerned: a supervisor, or the command that runs it
/// in the foreground. What the container has of them is this process's to change alone, and to take away at the end.
protocol NetworkMember: ~Copyable {
    var engine: Engine { get }
    var containerID: String { get }
    var containerName: String { get }
    /// What the container was asked to be.
    var request: ContainerRequest { get }
    /// nil before its first start.
    var record: ContainerRecord? { get set }
    var claims: Claims { get set }
    /// The program's number, while it runs.
    var processID: Int32? { get }
    /// Who answers its questions about names; nil where nobody does.
    var names: NameService? { get set }
    /// What its `/etc/resolv.conf` was written by.
    var formerEndpoints: [NetworkEndpoint] { get set }
    /// Looks after who answers from here on.
    func listen(to names: NameService) throws(SystemError)
}

extension NetworkMember where Self: ~Copyable {
    func runDirectory() throws(SystemError) -> Descriptor {
        try Descriptor.open("\(engine.containers.runDirectory)/\(containerID)", [.directory])
    }

    /// Writes the record where it lasts as long as the run.
    func show(_ record: ContainerRecord) throws(SystemError) {
        try runDirectory().replace("record.json", with: record.json.bytes(), mode: 0o600, durable: false)
    }
}

extension ContainerSupervisor: NetworkMember {
    var containerID: String { container.id }
    var containerName: String { container.name }

    var processID: Int32? {
        switch started {
        case .some(let started): started.process.id
        case nil: nil
        }
    }

    func listen(to names: NameService) throws(SystemError) { try names.add(to: queue, as: Token.names) }
}

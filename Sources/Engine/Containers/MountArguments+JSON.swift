// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

// What the command line has no single text for: members by name.

extension BindArgument: RequestFormed {
    init(_ json: JSON) throws(RequestFormatError) {
        self.init(
            source: try json.member("Source", HostPath.init(parsing:)),
            target: try json.member("Target", ContainerPath.init(parsingTarget:)))
        try read(json)
    }

    mutating func exchange(with form: inout RequestForm) throws(RequestFormatError) {
        try form.word("Source", &source, HostPath.init(parsing:))
        try form.word("Target", &target, ContainerPath.init(parsingTarget:))
        try form.flag("ReadOnly", &isReadOnly)
        try form.flag("ReadOnlyNonRecursive", &leavesMountsBelowWritable)
        var isAlone = !isRecursive
        try form.flag("NonRecursive", &isAlone)
        isRecursive = !isAlone
        try form.flag("CreateMountpoint", &createsSource)
        try form.text("Mode", &mode)
        try form.value("Propagation", &propagation) {
            .string($0.rawValue)
        } read: { json throws(RequestFormatError) in
            guard let propagation = Propagation(rawValue: try RequestForm.text(json)) else {
                throw RequestFormatError(expected: "private, slave, shared or unbindable", found: json)
            }
            return propagation
        }
    }
}

extension TmpfsArgument: RequestFormed {
    init(_ json: JSON) throws(RequestFormatError) {
        self.init(target: try json.member("Target", ContainerPath.init(parsingTarget:)))
        try read(json)
    }

    mutating func exchange(with form: inout RequestForm) throws(RequestFormatError) {
        try form.word("Target", &target, ContainerPath.init(parsingTarget:))
        var written = writtenOptions
        try form.text("Options", &written)
        do { try set(written: written, of: written) } catch { throw RequestFormatError(error).inside("Options") }
    }
}

extension SecurityOption {
    init(_ json: JSON) throws(RequestFormatError) {
        guard let members = json.object else {
            self = try RequestForm.word(json, SecurityOption.init(parsing:))
            return
        }
        var form = RequestForm(members)
        var (name, contents) = ("", "")
        try form.text("Name", &name)
        try form.text("Profile", &contents)
        try form.finish()
        self = .seccomp(.profile(contents, name: name))
    }

    /// The text, or where it has a profile with it, an object.
    var json: JSON {
        guard case .seccomp(.profile(let contents, let name)) = self else { return .string(description) }
        return ["Name": .string(name), "Profile": .string(contents)]
    }
}

extension JSON {
    /// A member that there has to be.
    func member<Value>(
        _ key: String, _ read: (String) throws(SyntaxError) -> Value
    ) throws(RequestFormatError) -> Value {
        guard let members = object else { throw RequestFormatError(expected: "an object", found: self) }
        do {
            return try RequestForm.word(members[key] ?? .null, read)
        } catch { throw error.inside(key) }
    }
}

// SPDX-License-Identifier: Apache-2.0
public import OCI

extension FetchSession {
    /// Reads the first line that `minibox-fetch` is given.
    public init(line: [UInt8]) throws(WireError) { try self.init(json: wireDocument(line, "session")) }

    public init(json: JSON) throws(WireError) {
        self.init()
        var reader = try WireReader(json, "session")
        for (name, access) in try reader.required("registries", { $0.object }) {
            registries[name] = try RegistryAccess(json: access)
        }
        proxy = try ProxyChoice(json: reader.required("proxy") { $0 })
        insecure.listed = try reader.required("insecure") { $0.strings }
        userAgent = try reader.text("userAgent")
        retries = try reader.required("retries") { $0.int.flatMap { $0 >= 0 ? $0 : nil } }
        concurrency = try reader.required("concurrency") { $0.int.flatMap { $0 >= 1 ? $0 : nil } }
        firstPause = try reader.required("firstPause") { $0.double.flatMap { $0 >= 0 ? $0 : nil } }
        patience = try reader.required("patience") { $0.double.flatMap { $0 > 0 ? $0 : nil } }
        slowest = try reader.size("slowest")
        try reader.end()
    }

    public var json: JSON {
        let registries = registries.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }
        return [
            "registries": .object(JSON.Object(registries)), "proxy": proxy.json, "insecure": JSON(insecure.listed),
            "userAgent": .string(userAgent), "retries": JSON(retries), "concurrency": JSON(concurrency),
            "firstPause": .number(firstPause),
            "patience": .number(patience), "slowest": JSON(slowest),
        ]
    }
}

extension RegistryAccess {
    init(json: JSON) throws(WireError) {
        var reader = try WireReader(json, "session")
        endpoints = []
        for endpoint in try reader.required("endpoints", { $0.array }) {
            endpoints.append(try RegistryEndpoint(json: endpoint))
        }
        guard !endpoints.isEmpty else { throw reader.failure("a registry has no endpoints") }
        try reader.end()
    }

    var json: JSON { ["endpoints": .array(endpoints.map(\.json))] }
}

extension RegistryEndpoint {
    init(json: JSON) throws(WireError) {
        var reader = try WireReader(json, "session")
        address = try reader.text("address")
        if let credential = try reader.optional("credential", { $0 }) {
            self.credential = try RegistryCredential(json: credential)
        }
        isInsecure = try reader.optional("insecure") { $0.bool } ?? false
        authorities = try reader.optional("authorities") { $0.string }
        certificate = try reader.optional("certificate") { $0.string }
        key = try reader.optional("key") { $0.string }
        try reader.end()
    }

    var json: JSON {
        var result: JSON = ["address": .string(address)]
        if let credential { result["credential"] = credential.json }
        if isInsecure { result["insecure"] = true }
        result["authorities"] = authorities.map { .string($0) }
        result["certificate"] = certificate.map { .string($0) }
        result["key"] = key.map { .string($0) }
        return result
    }
}

extension RegistryCredential {
    init(json: JSON) throws(WireError) {
        var reader = try WireReader(json, "session")
        let password = try reader.optional("password") { $0.string }
        let identityToken = try reader.optional("identityToken") { $0.string }
        let registryToken = try reader.optional("registryToken") { $0.string }
        switch (password, identityToken, registryToken) {
        case (let password?, nil, nil): self = .password(user: try reader.text("user"), password: password)
        case (nil, let token?, nil): self = .identityToken(token)
        case (nil, nil, let token?): self = .registryToken(token)
        default: throw reader.failure("a credential is one of \"password\", \"identityToken\", \"registryToken\"")
        }
        try reader.end()
    }

    var json: JSON {
        switch self {
        case .password(let user, let password): ["user": .string(user), "password": .string(password)]
        case .identityToken(let token): ["identityToken": .string(token)]
        case .registryToken(let token): ["registryToken": .string(token)]
        }
    }
}

extension ProxyChoice {
    init(json: JSON) throws(WireError) {
        self.init()
        var reader = try WireReader(json, "session")
        http = try reader.optional("http") { $0.string }
        https = try reader.optional("https") { $0.string }
        except = try reader.optional("except") { $0.string }
        try reader.end()
    }

    var json: JSON {
        var result: JSON = [:]
        result["http"] = http.map { .string($0) }
        result["https"] = https.map { .string($0) }
        result["except"] = except.map { .string($0) }
        return result
    }
}

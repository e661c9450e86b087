// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension ContainerRequest {
    /// The profile of AppArmor that its programs are under, as the last of the options says; nil for none.
    var appArmorProfile: String? {
        var result: String?
        for case .appArmor(let asked) in securityOptions { result = asked }
        return result
    }

    /// Refuses a profile where the kernel would hold nobody to it.
    func requireAppArmor() throws(EngineError) {
        guard let profile = appArmorProfile, !SecurityModule.appArmor.isActive else { return }
        throw EngineError(
            .invalid,
            "AppArmor is not in force in this kernel, so nothing would hold the container to \(profile): leave out "
                + "--security-opt apparmor=\(profile), or boot with AppArmor")
    }
}

extension ProcessConfiguration {
    /// The profile of AppArmor that its program is executed under.
    var profile: String? {
        get {
            for case .label(.appArmor, let profile) in attributes { return profile }
            return nil
        }
        set {
            attributes.removeAll { if case .label(.appArmor, _) = $0 { true } else { false } }
            if let newValue { attributes.append(.label(.appArmor, newValue)) }
        }
    }
}

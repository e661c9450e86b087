// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration {
    /// The document. Read again it is the same configuration, but for spaces and escapes in ``LinuxConfiguration/seccomp``.
    public var json: JSON {
        .members {
            $0.text("ociVersion", ociVersion)
            $0.value("process", process?.json)
            $0.value("root", root?.json)
            $0.text("hostname", hostname)
            $0.text("domainname", domainname)
            $0.list("mounts", mounts, \.json)
            if !hooks.isEmpty { $0.value("hooks", hooks.json) }
            if !annotations.isEmpty { $0.value("annotations", JSON(annotations)) }
            $0.value("linux", linux.json)
        }
    }
}

extension RuntimeConfiguration.Root {
    var json: JSON {
        .members {
            $0.text("path", path)
            $0.flag("readonly", isReadOnly)
        }
    }
}

extension RuntimeConfiguration.Mount {
    public var json: JSON {
        .members {
            $0.text("destination", destination)
            $0.text("type", type)
            $0.text("source", source)
            $0.texts("options", options)
            $0.list("uidMappings", uidMappings, \.json)
            $0.list("gidMappings", gidMappings, \.json)
        }
    }
}

extension RuntimeConfiguration.IDMapping {
    public var json: JSON {
        .members {
            $0.number("containerID", containerID)
            $0.number("hostID", hostID)
            $0.number("size", size)
        }
    }
}

extension RuntimeConfiguration.Hooks {
    public var json: JSON {
        .members {
            $0.list("prestart", prestart, \.json)
            $0.list("createRuntime", createRuntime, \.json)
            $0.list("createContainer", createContainer, \.json)
            $0.list("startContainer", startContainer, \.json)
            $0.list("poststart", poststart, \.json)
            $0.list("poststop", poststop, \.json)
        }
    }
}

extension RuntimeConfiguration.Hook {
    public var json: JSON {
        .members {
            $0.text("path", path)
            $0.texts("args", arguments)
            $0.texts("env", environment)
            $0.number("timeout", timeout)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration.Process {
    /// The document, and the member `process` of a `config.json`.
    public var json: JSON {
        .members {
            $0.flag("terminal", terminal)
            $0.value("consoleSize", consoleSize?.json)
            $0.value("user", user.json)
            $0.texts("args", args)
            $0.texts("env", env)
            $0.text("cwd", cwd)
            $0.value("capabilities", capabilities?.json)
            $0.list("rlimits", rlimits, \.json)
            $0.flag("noNewPrivileges", noNewPrivileges)
            $0.number("oomScoreAdj", oomScoreAdj)
            $0.text("apparmorProfile", apparmorProfile)
            $0.text("selinuxLabel", selinuxLabel)
            $0.value("scheduler", scheduler?.json)
            $0.value("ioPriority", ioPriority?.json)
            $0.value("execCPUAffinity", execCPUAffinity?.json)
        }
    }
}

extension RuntimeConfiguration.ConsoleSize {
    var json: JSON { ["height": JSON(height), "width": JSON(width)] }
}

extension RuntimeConfiguration.User {
    public var json: JSON {
        .members {
            $0.number("uid", uid)
            $0.number("gid", gid)
            $0.number("umask", umask)
            $0.list("additionalGids", additionalGids) { JSON($0) }
        }
    }
}

extension RuntimeConfiguration.Capabilities {
    public var json: JSON {
        .members {
            $0.texts("bounding", bounding)
            $0.texts("effective", effective)
            $0.texts("permitted", permitted)
            $0.texts("inheritable", inheritable)
            $0.texts("ambient", ambient)
        }
    }
}

extension RuntimeConfiguration.ResourceLimit {
    public var json: JSON {
        .members {
            $0.word("type", type)
            $0.number("soft", soft)
            $0.number("hard", hard)
        }
    }
}

extension RuntimeConfiguration.Scheduler {
    public var json: JSON {
        .members {
            $0.word("policy", policy)
            $0.amount("nice", nice)
            $0.amount("priority", priority)
            $0.words("flags", flags)
            $0.amount("runtime", runtime)
            $0.amount("deadline", deadline)
            $0.amount("period", period)
        }
    }
}

extension RuntimeConfiguration.IOPriority {
    public var json: JSON {
        .members {
            $0.word("class", `class`)
            $0.number("priority", priority)
        }
    }
}

extension RuntimeConfiguration.CPUAffinity {
    public var json: JSON {
        .members {
            $0.text("initial", initial)
            $0.text("final", final)
        }
    }
}

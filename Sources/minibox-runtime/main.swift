// SPDX-License-Identifier: Apache-2.0
internal import Linux

CurrentProcess.exitImmediately(MiniboxRuntime.run(Array(CommandLine.arguments.dropFirst())))

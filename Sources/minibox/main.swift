// SPDX-License-Identifier: Apache-2.0
internal import Linux

CurrentProcess.exitImmediately(Minibox.run(Array(CommandLine.arguments.dropFirst())))

// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    /// The commands that this program has. One is listed here when there is code that does what it says.
    static var minibox: Program {
        Program(
            "minibox", version: VersionCommand.line, GlobalOptions.table,
            entries: [
                run, build, create, start, stop, restart, kill, attach, wait, execute, list, inspect, remove,
                difference, commit, events, pull, push, importImage, load, save, images, removeImage, tag,
                history, contents, login, logout, search, audit, trace, lab, container, image, manifest, volume,
                network,
                builder,
                registry, system,
                doctor, information, version, completion, manual,
            ] + looking)
    }

    private static let containers = "Containers"
    private static let imagesSection = "Images"

    private static var run: Entry<GlobalOptions> {
        .command(
            "run", section: containers, "Create and run a new container from an image", RunCommand.table,
            perform: RunCommand.perform)
    }
    private static var execute: Entry<GlobalOptions> {
        .command(
            "exec", section: containers, "Run a command in a container that runs", ExecCommand.table,
            perform: ExecCommand.perform)
    }
    private static var list: Entry<GlobalOptions> {
        .command("ps", section: containers, "List containers", ListCommand.table, perform: ListCommand.perform)
    }
    private static var inspect: Entry<GlobalOptions> {
        .command(
            "inspect", section: containers, "Show all that is known of containers, images and volumes, as JSON",
            InspectCommand.table, perform: InspectCommand.perform)
    }
    private static var remove: Entry<GlobalOptions> {
        .command("rm", section: containers, "Remove containers", RemoveCommand.table, perform: RemoveCommand.perform)
    }
    private static var importImage: Entry<GlobalOptions> {
        .command(
            "import", section: imagesSection, "Make an image of a root file system", ImportCommand.table,
            perform: ImportCommand.perform)
    }
    private static var load: Entry<GlobalOptions> {
        .command(
            "load", section: imagesSection, "Take images from an archive or a layout", LoadCommand.table,
            perform: LoadCommand.perform)
    }
    private static var save: Entry<GlobalOptions> {
        .command(
            "save", section: imagesSection, "Write images to an archive or a layout", SaveCommand.table,
            perform: SaveCommand.perform)
    }
    private static var images: Entry<GlobalOptions> {
        .command("images", section: imagesSection, "List images", ImagesCommand.table, perform: ImagesCommand.perform)
    }
    private static var removeImage: Entry<GlobalOptions> {
        .command(
            "rmi", section: imagesSection, "Remove images", RemoveImageCommand.table,
            perform: RemoveImageCommand.perform)
    }
    private static var tag: Entry<GlobalOptions> {
        .command(
            "tag", section: imagesSection, "Give an image another name", TagCommand.table, perform: TagCommand.perform)
    }
    private static var history: Entry<GlobalOptions> {
        .command(
            "history", section: imagesSection, "Show the steps by which an image was made", HistoryCommand.table,
            perform: HistoryCommand.perform)
    }
    private static var contents: Entry<GlobalOptions> {
        .command(
            "sbom", section: imagesSection, "List the packages of an image, as SPDX or CycloneDX", SBOMCommand.table,
            perform: SBOMCommand.perform)
    }
    private static var difference: Entry<GlobalOptions> {
        .command(
            "diff", section: containers, "Show what a container has changed of its image's files", DiffCommand.table,
            perform: DiffCommand.perform)
    }
    private static var commit: Entry<GlobalOptions> {
        .command(
            "commit", section: containers, "Make an image of what a container has changed", CommitCommand.table,
            perform: CommitCommand.perform)
    }
    private static var create: Entry<GlobalOptions> {
        .command(
            "create", section: containers, "Make a container without starting it", CreateCommand.table,
            perform: CreateCommand.perform)
    }
    private static var start: Entry<GlobalOptions> {
        .command(
            "start", section: containers, "Start containers that do not run", StartCommand.table,
            perform: StartCommand.perform)
    }
    private static var stop: Entry<GlobalOptions> {
        .command("stop", section: containers, "End containers", StopCommand.table, perform: StopCommand.perform)
    }
    private static var restart: Entry<GlobalOptions> {
        .command(
            "restart", section: containers, "Stop containers, and start them again", StopCommand.restartTable,
            perform: StopCommand.restart)
    }
    private static var kill: Entry<GlobalOptions> {
        .command(
            "kill", section: containers, "Send containers a signal", KillCommand.table, perform: KillCommand.perform)
    }
    private static var attach: Entry<GlobalOptions> {
        .command(
            "attach", section: containers, "Stay with a container that runs", AttachCommand.table,
            perform: AttachCommand.perform)
    }
    private static var wait: Entry<GlobalOptions> {
        .command(
            "wait", section: containers, "Wait until containers have ended", WaitCommand.table,
            perform: WaitCommand.perform)
    }
    static var events: Entry<GlobalOptions> {
        .command(
            "events", section: containers, "Show what happens, as it happens", EventsCommand.table,
            perform: EventsCommand.perform)
    }
    private static var container: Entry<GlobalOptions> {
        .group(
            "container", section: "Groups", "Commands for containers",
            [
                run.named("run", section: containers), create.named("create", section: containers),
                start.named("start", section: containers), stop.named("stop", section: containers),
                restart.named("restart", section: containers), kill.named("kill", section: containers),
                attach.named("attach", section: containers), wait.named("wait", section: containers),
                execute.named("exec", section: containers),
                list.named("ls", aliases: ["list", "ps"], section: containers),
                remove.named("rm", section: containers), difference.named("diff", section: containers),
                commit.named("commit", section: containers),
                .command(
                    "inspect", section: containers, "Show all that is known of containers, as JSON",
                    InspectCommand.containerTable, perform: InspectCommand.perform),
                .command(
                    "prune", section: containers, "Remove containers that do not run", ContainerPruneCommand.table,
                    perform: ContainerPruneCommand.perform),
            ] + looking)
    }
    private static var image: Entry<GlobalOptions> {
        .group(
            "image", section: "Groups", "Commands for images",
            [
                images.named("ls", aliases: ["list"], section: imagesSection),
                pull.named("pull", section: imagesSection), push.named("push", section: imagesSection),
                importImage.named("import", section: imagesSection), load.named("load", section: imagesSection),
                save.named("save", section: imagesSection), removeImage.named("rm", section: imagesSection),
                tag.named("tag", section: imagesSection), build.named("build", section: imagesSection),
                history.named("history", section: imagesSection), contents.named("sbom", section: imagesSection),
                .command(
                    "audit", section: imagesSection, "Show what is wrong with images: secrets, root, set-user-ID files",
                    ImageAuditCommand.table, perform: ImageAuditCommand.perform),
                .command(
                    "tree", section: imagesSection, "Show how images share their layers", ImageTreeCommand.table,
                    perform: ImageTreeCommand.perform),
                .command(
                    "prune", section: imagesSection, "Remove images that have no name", ImagePruneCommand.table,
                    perform: ImagePruneCommand.perform),
                .command(
                    "inspect", section: imagesSection, "Show all that is known of images, as JSON",
                    InspectCommand.imageTable, perform: InspectCommand.perform),
            ])
    }
    private static var doctor: Entry<GlobalOptions> {
        .command(
            "doctor", section: "This program", "Show what this host gives, and what each missing thing costs",
            DoctorCommand.table, perform: DoctorCommand.perform)
    }
    static var information: Entry<GlobalOptions> {
        .command(
            "info", section: "This program", "Show what there is, where it is kept, and what this host gives",
            InformationCommand.table, perform: InformationCommand.perform)
    }
    private static var version: Entry<GlobalOptions> {
        .command(
            "version", section: "This program", "Show the version", VersionCommand.table,
            perform: VersionCommand.perform)
    }
}

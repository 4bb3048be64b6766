package dev.bft.cli;

import picocli.CommandLine.Command;

/** The commands about the clean image. */
@Command(
        name = "image",
        description = "Build, sign, verify and list the clean image that replicas are booted from.",
        subcommands = {ImageBuildCommand.class, ImageSignCommand.class, ImageVerifyCommand.class, ImageListCommand.class
        })
@Manual(
        examples = {
            "bft image verify", "compare the cluster's image with its signed manifest",
            "bft image list", "every file of it with its digest",
            "bft image sign", "give the cluster the image of this installation"
        },
        exits = {ExitCode.CONFIG, ExitCode.VERIFICATION})
final class ImageCommand {}

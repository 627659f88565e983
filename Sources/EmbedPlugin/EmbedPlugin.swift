import Foundation
import PackagePlugin

/// Puts the text of `schemas/` and `queries/` into the module that uses the plugin.
///
/// The folders themselves are inputs beside the files, so that a file that is added or removed is
/// noticed by the next build like one that changes.
@main
struct EmbedPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folders = ["schemas", "queries"].map {
      context.package.directoryURL.appending(path: $0, directoryHint: .isDirectory)
    }
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedText.swift")
    return [
      .buildCommand(
        displayName: "Embedding schemas and queries",
        executable: try context.tool(named: "embed").url,
        arguments: [output.path] + folders.map(\.path),
        inputFiles: folders.flatMap(contents),
        outputFiles: [output])
    ]
  }

  /// A folder, the folders and the files in it; nothing when it is missing.
  private func contents(of folder: URL) -> [URL] {
    guard FileManager.default.fileExists(atPath: folder.path),
      let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    else { return [] }
    return [folder] + walk.compactMap { $0 as? URL }.sorted { $0.path < $1.path }
  }
}

import Foundation
import Testing

/// Holds the sources to the module graph and to the rules that the compiler does not check.
@Suite struct ArchitectureTests {
  @Test func `no import skips or climbs the module graph`() throws {
    for file in try Repository.swiftFiles(below: "Sources") {
      guard !ModuleGraph.notInGraph.contains(file.module) else { continue }
      let allowed = try #require(ModuleGraph.imports[file.module], "module \(file.module)")
      let known = Set(ModuleGraph.imports.keys).union(ModuleGraph.ofC)
      for module in file.imports where known.contains(module) {
        #expect(allowed.contains(module), "\(file.path) imports \(module)")
      }
    }
  }

  @Test func `modules below the warehouse do without Foundation`() throws {
    for file in try Repository.swiftFiles(below: "Sources")
    where ModuleGraph.withoutFoundation.contains(file.module) {
      #expect(!file.imports.contains("Foundation"), "\(file.path)")
      #expect(!file.imports.contains("FoundationEssentials"), "\(file.path)")
    }
  }

  @Test func `every module of the graph exists, and every folder is in it`() throws {
    let folders = try Repository.folders(of: "Sources")
    #expect(Set(folders).subtracting(ModuleGraph.notInGraph) == Set(ModuleGraph.imports.keys))
  }

  @Test func `what other modules use is documented`() throws {
    var undocumented: [String] = []
    for file in try Repository.swiftFiles(below: "Sources") {
      undocumented += file.undocumentedTypes.map { "\(file.path): \($0)" }
    }
    #expect(undocumented.isEmpty, "\(undocumented.joined(separator: "\n"))")
  }

  @Test func `unsafe code stays where it is expected`() throws {
    let files = try Repository.swiftFiles(below: "Sources").filter(\.usesUnsafe)
    let unexpected = files.filter { file in
      !ModuleGraph.mayBeUnsafe.contains { file.path.hasPrefix($0) }
    }
    #expect(unexpected.isEmpty, "\(unexpected.map(\.path).joined(separator: "\n"))")
    for file in files {
      #expect(file.text.contains("SAFETY:"), "\(file.path) does not say why it is right")
    }
  }

  @Test func `the readme's map names every module`() throws {
    let readme = try Repository.text(of: "README.md")
    for module in ModuleGraph.imports.keys {
      #expect(readme.contains("`\(module)`"), "README.md does not mention \(module)")
    }
  }

  @Test func `nothing promises work that is not done`() throws {
    let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "place" + "holder implementation"]
    for file in try Repository.swiftFiles(below: "Sources") {
      for word in words { #expect(!file.text.contains(word), "\(file.path): \(word)") }
    }
  }
}

import Files
import Foundation
import Ingestion

/// How `s3://` places are read: options of the commands that load, and the environment.
enum BucketOptions {
  static let options: [String: Arguments.Option] = [
    "aws": .value, "cache": .value, "offline": .flag,
  ]

  /// - Parameter configured: the cache's folder that a config file names.
  static func read(
    _ arguments: Arguments, cache configured: String? = nil, into settings: inout SourceSettings
  ) {
    let environment = ProcessInfo.processInfo.environment
    let named = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let home = named("XDG_CACHE_HOME") ?? named("HOME").map { Path.join($0, ".cache") }
    let cache =
      arguments.value("cache") ?? configured ?? named("KAKEIBO_CACHE")
      ?? home.map { Path.join($0, "kakeibo/s3") }
    guard let cache else { return }
    settings.setBuckets(
      aws: arguments.value("aws") ?? named("KAKEIBO_AWS") ?? "aws", cache: cache,
      isOffline: arguments.has("offline"))
  }
}

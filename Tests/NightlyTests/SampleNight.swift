import Files
import Foundation
import SampleData
import Synchronization

/// The sample organisation, run through two nights once for all tests that look at it.
struct SampleNight: Sendable {
  let night: Night
  let first: Night.Outcome
  let second: Night.Outcome

  /// - Throws: what the nights threw.
  static func shared() throws -> SampleNight { try result.get() }

  private static let result = Result<SampleNight, any Error> {
    let night = try Night()
    path.withLock { $0 = night.path }
    atexit { SampleNight.path.withLock { try? Directory.removeTree($0) } }
    try SampleData.write(to: night.path)
    return SampleNight(night: night, first: try night.run(), second: try night.run())
  }

  /// The folder: statics outlive every deinit, so it goes when the process does.
  private static let path = Mutex("")
}

import Dispatch
import Files
import Synchronization
import Testing
import TestSupport

struct LockTests {
  /// Whether something holds at every look while programs are started on another thread.
  private static func holdsWhileProgramsStart(_ look: @Sendable () throws -> Bool) throws -> Bool {
    let outcome = Mutex((haveEnded: false, looks: Result<Bool, any Error>.success(true)))
    // Even on one thread the programs come first, so that both loops end.
    DispatchQueue.concurrentPerform(iterations: 2) { part in
      if part == 0 {
        for _ in 0..<50 { _ = try? Program(["true"]).run() }
        outcome.withLock { $0.haveEnded = true }
        return
      }
      var looks = Result<Bool, any Error>.success(true)
      while case .success(true) = looks, !outcome.withLock({ $0.haveEnded }) {
        looks = Result { try look() }
      }
      outcome.withLock { [looks] in $0.looks = looks }
    }
    return try outcome.withLock { $0.looks }.get()
  }

  @Test func `one has the lock, and it is free when its value is gone`() throws {
    let scratch = try Scratch()
    let path = Path.join(scratch.path, "lock")
    var first = try FileLock(path)
    #expect(first != nil)
    #expect(try FileLock(path) == nil)
    first = nil
    #expect(try FileLock(path) != nil)
    #expect(throws: FileError.self) { try FileLock(Path.join(scratch.path, "none/lock")) }
  }

  @Test func `a lock that was given up is free, whatever program is started meanwhile`() throws {
    let scratch = try Scratch()
    #expect(
      try LockTests.holdsWhileProgramsStart {
        try FileLock(Path.join(scratch.path, "lock")) != nil
      })
  }

  @Test func `a directory that was given up is free, whatever program is started meanwhile`() throws
  {
    let scratch = try Scratch()
    #expect(
      try LockTests.holdsWhileProgramsStart {
        let isSeen = try withExtendedLifetime(DirectoryHold(scratch.path)) {
          try DirectoryHold.isHeld(scratch.path)
        }
        return try isSeen && !DirectoryHold.isHeld(scratch.path)
      })
  }
}

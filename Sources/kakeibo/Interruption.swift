import Dispatch
import Files
import Foundation
import Synchronization
import Warehouse

/// Ctrl-C, and the request to terminate, while a command runs: its statements end, what it has begun to
/// write is taken away, and the exit code is 128 and the signal's number.
enum Interruption {
  /// Milliseconds that the command has to end by itself; then it is ended.
  private static let grace = 60

  private static let caught = Atomic<Int32>(0)
  // A queue of its own has a thread even while all others are busy.
  private static let queue = DispatchQueue(label: "kakeibo.interruption", qos: .userInteractive)
  private static let sources = Mutex<[any DispatchSourceSignal]>([])

  /// The exit code once a signal has come.
  static var exitCode: Int32? {
    let number = caught.load(ordering: .relaxed)
    return number == 0 ? nil : 128 + number
  }

  /// Listens from now on.
  static func watch() {
    sources.withLock { sources in
      for number in [SIGINT, SIGTERM] {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler { begin(number) }
        source.activate()
        sources.append(source)
      }
    }
  }

  private static func begin(_ number: Int32) {
    caught.store(number, ordering: .relaxed)
    Warehouse.interrupt()
    queue.asyncAfter(deadline: .now() + .milliseconds(grace)) {
      UnfinishedFiles.removeAll()
      _exit(128 + number)
    }
  }
}

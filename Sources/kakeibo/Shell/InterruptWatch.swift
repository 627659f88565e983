import Dispatch
import Foundation
import Synchronization
import Warehouse

/// Ctrl-C while a statement runs: ends the statement, not the shell; pressed again, the shell as well.
final class InterruptWatch {
  private let press: Press
  private let source: any DispatchSourceSignal

  init(_ warehouse: Warehouse) {
    // A queue of its own has a thread even while all others are busy.
    let queue = DispatchQueue(label: "kakeibo.interrupts", qos: .userInteractive)
    let press = Press(warehouse, queue)
    self.press = press
    signal(SIGINT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGINT, queue: queue)
    source.setEventHandler { press.interrupt() }
    source.activate()
  }

  /// Whether the statement that runs is to end.
  var wasInterrupted: Bool { press.state.withLock { $0.wasInterrupted } }

  /// Runs something that Ctrl-C ends.
  ///
  /// - Returns: whether it was pressed.
  func watch(_ body: () throws -> Void) rethrows -> Bool {
    press.state.withLock { $0 = Press.State(isRunning: true, number: $0.number + 1) }
    defer { press.state.withLock { $0.isRunning = false } }
    try body()
    return wasInterrupted
  }

  /// What the thread that waits for the key knows.
  private final class Press: Sendable {
    struct State {
      var isRunning = false
      var wasInterrupted = false
      /// Which statement it is.
      var number = 0
    }

    let state = Mutex(State())
    private let warehouse: Warehouse
    private let queue: DispatchQueue

    init(_ warehouse: Warehouse, _ queue: DispatchQueue) {
      self.warehouse = warehouse
      self.queue = queue
    }

    func interrupt() {
      let isSecond = state.withLock { state -> Bool in
        guard state.isRunning else { return false }
        defer { state.wasInterrupted = true }
        return state.wasInterrupted
      }
      if isSecond { exit(130) }
      cancel()
      let number = state.withLock { $0.number }
      queue.asyncAfter(deadline: .now() + .milliseconds(80)) { [self] in
        let isStill = state.withLock { $0.isRunning && $0.wasInterrupted && $0.number == number }
        guard isStill else { return }
        FileHandle.standardError.write(Data("ending it; Ctrl-C again leaves the shell\n".utf8))
      }
    }

    /// Asks again until the statement has ended: while it is planned there is nothing to cancel yet.
    private func cancel() {
      guard state.withLock({ $0.isRunning && $0.wasInterrupted }) else { return }
      warehouse.cancel()
      queue.asyncAfter(deadline: .now() + .milliseconds(10)) { [self] in cancel() }
    }
  }
}

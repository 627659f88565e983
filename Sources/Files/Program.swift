@unsafe @preconcurrency import Glibc
import Synchronization

/// Another program, run to its end: found in PATH, its arguments passed as they are, never by a shell.
///
/// It has the environment, the working directory and the user of this one.
package struct Program: Sendable {
  /// The program's name or path, then its arguments.
  package let words: [String]
  /// Variables that it sees changed.
  package var settings: [String: String] = [:]
  /// What it reads from its standard input.
  package var input: [UInt8] = []
  /// Seconds that it may take; nil for as long as it wants.
  package var patience: Double?
  /// Bytes of its standard output that are kept; it is ended when it prints more.
  package var outputLimit = 1 << 20

  package init(_ words: [String]) {
    self.words = words
  }

  /// How a program ended and what it printed.
  package struct Outcome: Sendable, Equatable {
    /// The exit status; 128 and the signal's number where a signal ended it, as shells say it.
    package let status: Int32
    package let output: [UInt8]
    /// The beginning of what it wrote to standard error.
    package let complaint: String
  }

  private static let complaintLimit = 1 << 14
  /// Seconds from the request to end to the order.
  private static let grace = 2.0

  /// Runs the program and waits for its end; a status other than 0 is no error here.
  ///
  /// - Throws: `ProgramError` when it cannot be started, takes too long or prints too much.
  package func run() throws(ProgramError) -> Outcome {
    let child = try Child(self)
    defer { child.close() }
    let deadline = patience.map { Program.seconds() + $0 }
    var written = 0
    var output: [UInt8] = []
    var complaint: [UInt8] = []
    var status: Int32?
    while true {
      let isOpen = child.wait(untilReadyWith: written < input.count)
      if written < input.count {
        written = child.write(input, from: written)
      } else {
        child.closeInput()
      }
      let more = child.read(.output, into: &output) || child.read(.complaint, into: &complaint)
      complaint.removeLast(max(0, complaint.count - Program.complaintLimit))
      if output.count > outputLimit {
        child.end(within: Program.grace)
        throw ProgramError(.printsTooMuch(outputLimit), words[0])
      }
      // What it printed last is read before its end counts, also where a program of its own lives on.
      if status != nil && !more { break }
      if status == nil { status = child.status() }
      if !isOpen && status == nil { status = child.waitForEnd(until: deadline) }
      if status == nil, let deadline, Program.seconds() > deadline {
        child.end(within: Program.grace)
        throw ProgramError(.tooSlow(patience ?? 0), words[0])
      }
    }
    return Outcome(
      status: status ?? 0, output: output, complaint: String(decoding: complaint, as: UTF8.self))
  }

  /// Seconds of a clock that never goes back.
  fileprivate static func seconds() -> Double {
    var time = timespec()
    // SAFETY: `time` lives through the call that fills it in.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A program that could not be run to its end.
package struct ProgramError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Reason: Sendable, Equatable {
    /// Nothing of that name is in PATH.
    case notFound
    /// The system's error number.
    case notStarted(Int32)
    case tooSlow(Double)
    case printsTooMuch(Int)
  }

  package let reason: Reason
  package let program: String

  init(_ reason: Reason, _ program: String) {
    self.reason = reason
    self.program = program
  }

  package var description: String {
    switch reason {
    case .notFound where program.contains("/"):
      "cannot start '\(program)': there is no such program"
    case .notFound: "cannot start '\(program)': there is no such program in PATH"
    case .notStarted(let code):
      // SAFETY: strerror returns a NUL-terminated string that is copied at once.
      "cannot start '\(program)': \(unsafe String(cString: strerror(code)).lowercased())"
    case .tooSlow(let seconds): "'\(program)' did not end within \(Int(seconds)) seconds"
    case .printsTooMuch(let limit): "'\(program)' printed more than the \(limit) bytes expected"
    }
  }
}

/// A process that was started, and this end of its three streams.
private final class Child {
  enum Stream { case output, complaint }

  private let process: pid_t
  private var input: Int32
  private var output: Int32
  private var complaint: Int32
  private var isReaped = false

  /// Pipes made by one thread must not be inherited by the program that another one starts.
  private static let starting = Mutex<Void>(())

  init(_ program: Program) throws(ProgramError) {
    guard let name = program.words.first, !program.words.contains(where: { $0.utf8.contains(0) })
    else { throw ProgramError(.notStarted(EINVAL), program.words.first ?? "") }
    // A program that does not read its input must not end this one.
    signal(SIGPIPE, SIG_IGN)
    let started = Child.starting.withLock { _ in Child.start(program) }
    switch started {
    case .success(let started): (process, input, output, complaint) = started
    case .failure(let code):
      throw ProgramError(code.number == ENOENT ? .notFound : .notStarted(code.number), name)
    }
  }

  private struct Code: Error { let number: Int32 }

  private static func start(
    _ program: Program
  ) -> Result<(pid_t, Int32, Int32, Int32), Code> {
    var ends: [Int32] = []
    for _ in 0..<3 {
      var pair: [Int32] = [0, 0]
      // SAFETY: a pipe is two descriptors.
      guard unsafe pipe(&pair) == 0 else {
        let code = errno
        ends.forEach { Glibc.close($0) }
        return .failure(Code(number: code))
      }
      for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      ends += pair
    }
    // The child's ends: what it reads input from, and writes its two outputs to.
    let theirs = [ends[0], ends[3], ends[5]]
    let ours = [ends[1], ends[2], ends[4]]
    for end in ours { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    var defaults = sigset_t()
    // SAFETY: each is initialised before use, lives through the calls, and is destroyed once.
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    for (target, end) in theirs.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, end, Int32(target))
    }
    // What this program ignores, others expect to be told of.
    unsafe sigemptyset(&defaults)
    unsafe sigaddset(&defaults, SIGPIPE)
    unsafe sigaddset(&defaults, SIGXFSZ)
    unsafe sigaddset(&defaults, SIGINT)
    unsafe sigaddset(&defaults, SIGTERM)
    unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

    // SAFETY: the copies are NUL-terminated, outlive the call, and are freed once.
    var words = unsafe program.words.map { unsafe strdup($0) } + [nil]
    var variables = unsafe environment(with: program.settings) + [nil]
    defer {
      unsafe words.forEach { unsafe free($0) }
      unsafe variables.forEach { unsafe free($0) }
    }
    var process: pid_t = 0
    let code = unsafe posix_spawnp(
      &process, program.words[0], &actions, &attributes, &words, &variables)
    theirs.forEach { Glibc.close($0) }
    guard code == 0 else {
      ours.forEach { Glibc.close($0) }
      return .failure(Code(number: code))
    }
    return .success((process, ours[0], ours[1], ours[2]))
  }

  /// Copies of this process's variables, some of them changed.
  private static func environment(
    with settings: [String: String]
  ) -> [UnsafeMutablePointer<CChar>?] {
    var copies: [UnsafeMutablePointer<CChar>?] = unsafe []
    // SAFETY: the list ends with a null pointer, each entry with a NUL; nothing here changes it.
    var next = unsafe environ
    while let entry = unsafe next.pointee {
      let text = unsafe String(cString: entry)
      let name = String(text.prefix { $0 != "=" })
      if settings[name] == nil { unsafe copies.append(strdup(entry)) }
      unsafe next += 1
    }
    for (name, value) in settings { unsafe copies.append(strdup("\(name)=\(value)")) }
    return unsafe copies
  }

  // MARK: Streams

  /// Waits a moment for something to do; false when all streams of the process are closed.
  func wait(untilReadyWith hasInput: Bool) -> Bool {
    var polled: [pollfd] = []
    if hasInput && input >= 0 {
      polled.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0))
    }
    for end in [output, complaint] where end >= 0 {
      polled.append(pollfd(fd: end, events: Int16(POLLIN), revents: 0))
    }
    guard !polled.isEmpty else { return false }
    // SAFETY: the array has as many entries as are said.
    unsafe poll(&polled, nfds_t(polled.count), 50)
    return true
  }

  /// Writes what the pipe takes and returns up to where the input is written; all of it when the process
  /// reads no more.
  func write(_ bytes: [UInt8], from start: Int) -> Int {
    guard input >= 0 else { return bytes.count }
    let sent = unsafe bytes.withUnsafeBytes { buffer in
      // SAFETY: `start` is at most the count.
      unsafe Glibc.write(
        input, buffer.baseAddress.map { unsafe $0 + start }, bytes.count - start)
    }
    if sent >= 0 { return start + sent }
    if errno == EAGAIN || errno == EINTR { return start }
    closeInput()
    return bytes.count
  }

  /// Appends what there is to read, and says whether there was anything.
  func read(_ stream: Stream, into bytes: inout [UInt8]) -> Bool {
    let descriptor = stream == .output ? output : complaint
    guard descriptor >= 0 else { return false }
    let before = bytes.count
    while bytes.count - before < 1 << 20 {
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: 1 << 16))
      let received = unsafe bytes.withUnsafeMutableBytes { buffer in
        // SAFETY: 64 KiB from `start` were just appended.
        unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + start }, 1 << 16)
      }
      let code = errno
      bytes.removeLast((1 << 16) - max(received, 0))
      if received > 0 { continue }
      if received < 0 && code == EINTR { continue }
      if received == 0 || code != EAGAIN { closeReading(stream) }
      break
    }
    return bytes.count > before
  }

  private func closeReading(_ stream: Stream) {
    switch stream {
    case .output:
      Glibc.close(output)
      output = -1
    case .complaint:
      Glibc.close(complaint)
      complaint = -1
    }
  }

  func closeInput() {
    if input >= 0 { Glibc.close(input) }
    input = -1
  }

  func close() {
    closeInput()
    if output >= 0 { closeReading(.output) }
    if complaint >= 0 { closeReading(.complaint) }
    // Nobody else waits for it.
    if !isReaped { end(within: 0) }
  }

  // MARK: The end

  /// How the process ended, nil while it runs.
  func status() -> Int32? {
    var raw: Int32 = 0
    // SAFETY: `raw` lives through the call.
    guard unsafe waitpid(process, &raw, WNOHANG) == process else { return nil }
    isReaped = true
    return raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
  }

  /// Waits for the end of a process that has closed its streams; nil when the time is over.
  func waitForEnd(until deadline: Double?) -> Int32? {
    while true {
      if let status = status() { return status }
      if let deadline, Program.seconds() > deadline { return nil }
      usleep(2000)
    }
  }

  /// Asks the process to end, and ends it when it does not.
  func end(within grace: Double) {
    guard !isReaped else { return }
    kill(process, SIGTERM)
    if waitForEnd(until: Program.seconds() + grace) != nil { return }
    kill(process, SIGKILL)
    _ = waitForEnd(until: nil)
  }
}

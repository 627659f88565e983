/// The organisation that the sample data describes: a small shop with four accounts.
///
/// What each evaluator has to find is planted here and nowhere else; the comments say what.
enum Organisation {
  static let payer = Account(id: "100000000001", name: "kogarashi-management")
  static let production = Account(id: "100000000002", name: "kogarashi-production")
  static let staging = Account(id: "100000000003", name: "kogarashi-staging")
  static let analytics = Account(id: "100000000004", name: "kogarashi-analytics")
  static let accounts = [payer, production, staging, analytics]

  static let servers: [Server] = [
    Server(
      "i-00a10000000000001", "web-1", "m5.xlarge", production, .virginia, "web", cpu: 42, memory: 55
    ),
    Server(
      "i-00a10000000000002", "web-2", "m5.xlarge", production, .virginia, "web", cpu: 44, memory: 57
    ),
    Server(
      "i-00a10000000000003", "web-eu-1", "m5.xlarge", production, .ireland, "web", cpu: 38,
      memory: 52),
    // Four times too large, by CPU and by memory.
    Server(
      "i-00a10000000000004", "orders-db", "m5.4xlarge", production, .virginia, "orders", cpu: 7,
      memory: 14),
    // CPU says smaller, nobody measures memory: "memory unknown" is a verdict of its own.
    Server(
      "i-00a10000000000005", "search-1", "r5.2xlarge", production, .virginia, "search", cpu: 6,
      memory: nil),
    Server(
      "i-00a10000000000006", "queue-1", "c5.xlarge", production, .virginia, "orders", cpu: 42,
      memory: 48),
    // Too small: it sits at the limit.
    Server(
      "i-00a10000000000007", "checkout-1", "c5.xlarge", production, .ireland, "orders", cpu: 88,
      memory: 71),
    Server(
      "i-00a10000000000008", "tokyo-edge", "m5.large", production, .tokyo, "web", cpu: 35,
      memory: 61
    ),
    Server(
      "i-00a10000000000009", "stage-web", "t3.large", staging, .virginia, "web", cpu: 9, memory: 40,
      isOfficeHours: true),
    // Idle: nothing has run on it for weeks.
    Server(
      "i-00a1000000000000a", "stage-load-test", "c5.2xlarge", staging, .virginia, "web", cpu: 0.4,
      memory: 6),
    // No team tag, and an operating system past its end of life.
    Server(
      "i-00a1000000000000b", "legacy-ftp", "t3.medium", staging, .virginia, nil, cpu: 4, memory: 35,
      platform: .ubuntu1804),
    Server(
      "i-00a1000000000000c", "etl-1", "r5.xlarge", analytics, .virginia, "data", cpu: 47, memory: 66
    ),
    Server(
      "i-00a1000000000000d", "etl-2", "r5.xlarge", analytics, .virginia, "data", cpu: 45, memory: 68
    ),
    Server(
      "i-00a1000000000000e", "notebook-1", "m5.2xlarge", analytics, .virginia, "data", cpu: 11,
      memory: 22, isOfficeHours: true),
    Server(
      "i-00a1000000000000f", "reports", "m6g.large", analytics, .virginia, "data", cpu: 33,
      memory: 58),
  ]

  static let volumes: [Volume] =
    servers.enumerated().map { index, server in
      Volume(
        "vol-00b100000000000\(index < 10 ? "0" : "")\(index)", server: server.id,
        account: server.account, region: server.region,
        // gp2 where nobody has moved on to gp3 yet.
        type: index % 3 == 0 ? "gp2" : "gp3", gib: index % 4 == 3 ? 500 : 100, team: server.team)
    } + [
      // Attached to nothing.
      Volume(
        "vol-00b10000000000090", server: nil, account: staging, region: .virginia, type: "gp2",
        gib: 800, team: nil),
      Volume(
        "vol-00b10000000000091", server: nil, account: analytics, region: .virginia, type: "gp3",
        gib: 250, team: "data"),
    ]

  static let addresses: [Address] = [
    Address(
      "eipalloc-00c10000000000001", ip: "198.51.100.10", server: "i-00a10000000000001",
      account: production, region: .virginia),
    // Associated with nothing.
    Address(
      "eipalloc-00c10000000000002", ip: "198.51.100.77", server: nil, account: staging,
      region: .virginia),
  ]
}

struct Account: Equatable {
  let id: String
  let name: String
}

enum Region: String, CaseIterable {
  case virginia = "us-east-1"
  case ireland = "eu-west-1"
  case tokyo = "ap-northeast-1"

  /// The prefix of usage types; us-east-1 has none.
  var usagePrefix: String {
    switch self {
    case .virginia: ""
    case .ireland: "EU-"
    case .tokyo: "APN1-"
    }
  }

  /// On-demand prices relative to us-east-1, roughly.
  var priceFactor: Double {
    switch self {
    case .virginia: 1
    case .ireland: 1.115
    case .tokyo: 1.29
    }
  }

  var zone: String { rawValue + "a" }
}

struct Server {
  enum Platform {
    case amazonLinux2023, ubuntu1804

    var name: String { self == .amazonLinux2023 ? "Amazon Linux" : "Ubuntu" }
    var version: String { self == .amazonLinux2023 ? "2023" : "18.04" }
  }

  let id: String
  let name: String
  let type: String
  let account: Account
  let region: Region
  /// The team tag; nil where nobody set one.
  let team: String?
  /// Mean CPU load in percent.
  let cpu: Double
  /// Mean memory use in percent; nil where no agent measures it.
  let memory: Double?
  /// Runs on working days from 8 to 20 UTC only.
  let isOfficeHours: Bool
  let platform: Platform

  init(
    _ id: String, _ name: String, _ type: String, _ account: Account, _ region: Region,
    _ team: String?, cpu: Double, memory: Double?, isOfficeHours: Bool = false,
    platform: Platform = .amazonLinux2023
  ) {
    self.id = id
    self.name = name
    self.type = type
    self.account = account
    self.region = region
    self.team = team
    self.cpu = cpu
    self.memory = memory
    self.isOfficeHours = isOfficeHours
    self.platform = platform
  }

  func runs(at hour: Int) -> Bool {
    !isOfficeHours || (SampleCalendar.weekday(hour) < 5 && (8..<20).contains(hour % 24))
  }

  var environment: String { account == Organisation.staging ? "staging" : "production" }
  var architecture: String { type.hasPrefix("m6g") ? "arm64" : "x86_64" }

  /// US dollars an hour on demand, Linux.
  var hourlyPrice: Double { (Server.virginiaPrices[type] ?? 0.1) * region.priceFactor }

  private static let virginiaPrices = [
    "m5.large": 0.096, "m5.xlarge": 0.192, "m5.2xlarge": 0.384, "m5.4xlarge": 0.768,
    "c5.xlarge": 0.17, "c5.2xlarge": 0.34, "r5.xlarge": 0.252, "r5.2xlarge": 0.504,
    "t3.medium": 0.0416, "t3.large": 0.0832, "m6g.large": 0.077,
  ]
}

struct Volume {
  let id: String
  let server: String?
  let account: Account
  let region: Region
  let type: String
  let gib: Int
  let team: String?

  init(
    _ id: String, server: String?, account: Account, region: Region, type: String, gib: Int,
    team: String?
  ) {
    self.id = id
    self.server = server
    self.account = account
    self.region = region
    self.type = type
    self.gib = gib
    self.team = team
  }
}

struct Address {
  let id: String
  let ip: String
  let server: String?
  let account: Account
  let region: Region

  init(_ id: String, ip: String, server: String?, account: Account, region: Region) {
    self.id = id
    self.ip = ip
    self.server = server
    self.account = account
    self.region = region
  }
}

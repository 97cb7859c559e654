// SPDX-License-Identifier: Apache-2.0
// Written by `npm run api` from the OpenAPI document; not by hand.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export type components = {
  schemas: {
    MorningGroup: {
      key: string;
      filter: string;
      /** Format: int64 */
      count: number;
      capped: boolean;
      items: components['schemas']['Case'][];
    };
    Morning: {
      /** Format: date-time */
      as_of: string;
      groups: components['schemas']['MorningGroup'][];
    };
    Counter: {
      key: string;
      filter: string;
      /** Format: int64 */
      count: number;
    };
    Board: {
      /** Format: date-time */
      as_of: string;
      counters: components['schemas']['Counter'][];
    };
    CasePoint: {
      /** Format: int64 */
      id: number;
      lat?: number;
      lon?: number;
      state: string;
      late: boolean;
      /** Format: date-time */
      due?: string;
    };
    CaseBunch: {
      cell: string;
      lat: number;
      lon: number;
      /** Format: int64 */
      count: number;
      /** Format: int64 */
      late: number;
      has_more: boolean;
      south: number;
      west: number;
      north: number;
      east: number;
    };
    Points: {
      points: components['schemas']['CasePoint'][];
      bunches: components['schemas']['CaseBunch'][];
      /** Format: int64 */
      without_point: number;
      capped: boolean;
      /** Format: date-time */
      as_of: string;
    };
    Figure: {
      value?: number;
      filter: string;
      /** Format: int64 */
      part?: number;
      part_filter?: string;
      /** Format: int64 */
      whole?: number;
    };
    FigureSet: {
      reported?: components['schemas']['Figure'];
      open?: components['schemas']['Figure'];
      late?: components['schemas']['Figure'];
      closed?: components['schemas']['Figure'];
      declined?: components['schemas']['Figure'];
      merged?: components['schemas']['Figure'];
      returns?: components['schemas']['Figure'];
      reworks?: components['schemas']['Figure'];
      rated?: components['schemas']['Figure'];
      on_time_rate?: components['schemas']['Figure'];
      solved_rate?: components['schemas']['Figure'];
      contact_rate?: components['schemas']['Figure'];
      rating_mean?: components['schemas']['Figure'];
    };
    FigureRow: {
      key: string;
      name: string;
      filter: string;
      /** Format: int64 */
      reported: number;
      /** Format: int64 */
      open: number;
      /** Format: int64 */
      late: number;
      /** Format: int64 */
      closed: number;
      /** Format: int64 */
      declined: number;
      /** Format: int64 */
      merged: number;
      /** Format: int64 */
      returns: number;
      /** Format: int64 */
      reworks: number;
      /** Format: int64 */
      rated: number;
      figures?: components['schemas']['FigureSet'];
    };
    Figures: {
      /** Format: date-time */
      as_of: string;
      filter: string;
      capped: boolean;
      rows: components['schemas']['FigureRow'][];
    };
    OwnTask: {
      /** Format: int64 */
      id: number;
      kind: string;
      /** Format: date-time */
      due_at?: string;
    };
    TaskItem: {
      /** Format: int64 */
      id: number;
      number: string;
      procedure: string;
      procedure_name: string;
      state: string;
      state_name: string;
      channel: string;
      channel_name: string;
      class?: string;
      class_name?: string;
      title: string;
      main?: components['schemas']['Named'];
      clock?: components['schemas']['Clock'];
      place?: components['schemas']['Named'];
      estate?: components['schemas']['Named'];
      grid?: components['schemas']['Named'];
      lat?: number;
      lon?: number;
      outside?: boolean;
      unit?: components['schemas']['Named'];
      /** Format: date-time */
      reported_at: string;
      /** Format: date-time */
      due_at?: string;
      late: boolean;
      /** Format: int64 */
      returns: number;
      /** Format: int64 */
      reworks: number;
      /** Format: int64 */
      photos: number;
      external_number?: string;
      /** Format: date-time */
      external_due_at?: string;
      filled_above?: boolean;
      /** Format: date-time */
      first_contact_due_at?: string;
      /** Format: date-time */
      first_contact_at?: string;
      /** Format: int64 */
      rating?: number;
      solved?: boolean;
      outcome?: string;
      outcome_name?: string;
      /** Format: date-time */
      closed_at?: string;
      confidential: boolean;
      leader_waiting: boolean;
      /** Format: int64 */
      last_event: number;
      /** Format: int64 */
      voices: number;
      task?: components['schemas']['OwnTask'];
    };
    Tasks: {
      items: components['schemas']['TaskItem'][];
      capped: boolean;
      /** Format: date-time */
      as_of: string;
    };
    OrderRow: {
      /** Format: int64 */
      row: number;
      external_number: string;
      status: string;
      class?: string;
      class_name?: string;
      /** Format: int64 */
      unit?: number;
      unit_name?: string;
      /** Format: int64 */
      place?: number;
      place_name?: string;
      /** Format: date-time */
      due?: string;
      title: string;
      text: string;
      error?: string;
      /** Format: int64 */
      id?: number;
      number?: string;
    };
    OrderCounts: {
      /** Format: int64 */
      new: number;
      /** Format: int64 */
      twin: number;
      /** Format: int64 */
      ask: number;
      /** Format: int64 */
      error: number;
    };
    Orders: {
      rows: components['schemas']['OrderRow'][];
      counts?: components['schemas']['OrderCounts'];
    };
    LinkOpen: {
      unit: string;
      open: boolean;
    };
    LinkTask: {
      number: string;
      class_name: string;
      where: string;
      lat?: number;
      lon?: number;
      text: string;
      photos: string[];
      /** Format: date-time */
      due_at?: string;
      state: string;
      unit: string;
      photo_needed: boolean;
    };
    SimilarItem: {
      class_name: string;
      street: string;
      state: string;
      /** Format: date-time */
      reported_at: string;
    };
    Similar: {
      items: components['schemas']['SimilarItem'][];
    };
    Upload: {
      id: string;
      /** Format: int64 */
      width: number;
      /** Format: int64 */
      height: number;
    };
    PublicClass: {
      code: string;
      name: string;
      limit_text?: string;
      /** Format: int64 */
      limit?: number;
      limit_unit?: string;
    };
    PublicClasses: {
      classes: components['schemas']['PublicClass'][];
    };
    PublicPlace: {
      /** Format: int64 */
      id: number;
      name: string;
      level: string;
      /** Format: int64 */
      parent?: number;
    };
    PublicPlaces: {
      places: components['schemas']['PublicPlace'][];
    };
    PublicReported: {
      number: string;
      track_url: string;
      token: string;
      outside: boolean;
      outside_words?: string;
      entry?: components['schemas']['LedgerEntry'];
    };
    PublicStep: {
      /** Format: date-time */
      at: string;
      code: string;
      title: string;
      words?: string;
      by?: string;
    };
    Promise: {
      /** Format: date-time */
      due_at: string;
      text: string;
    };
    Rated: {
      solved: boolean;
      /** Format: int64 */
      grade: number;
    };
    Onward: {
      office: string;
      number: string;
    };
    Track: {
      number: string;
      class_name: string;
      where: string;
      state: string;
      state_name: string;
      merged?: string;
      outside: boolean;
      outside_words?: string;
      telephone: string;
      onward?: components['schemas']['Onward'];
      steps: components['schemas']['PublicStep'][];
      answer?: string;
      promise?: components['schemas']['Promise'];
      may_rate: boolean;
      rated?: components['schemas']['Rated'];
      entry?: components['schemas']['LedgerEntry'];
    };
    Named: {
      /** Format: int64 */
      id: number;
      name: string;
    };
    Coded: {
      code: string;
      name: string;
    };
    Account: {
      /** Format: int64 */
      id: number;
      name: string;
      login: string;
      unit?: components['schemas']['Named'];
      roles: string[];
      rights: string[];
      language: string;
      must_change_password: boolean;
    };
    Office: {
      code: string;
      name: string;
      short: string;
      telephone: string;
      hours?: string;
    };
    Session: {
      account?: components['schemas']['Account'];
      csrf: string;
      office?: components['schemas']['Office'];
      offices: components['schemas']['Coded'][];
    };
    Clock: {
      kind: string;
      name: string;
      unit: string;
      /** Format: date-time */
      due_at: string;
      /** Format: int64 */
      limit_ms: number;
      /** Format: int64 */
      left_ms: number;
      running: boolean;
      provisional: boolean;
    };
    Case: {
      /** Format: int64 */
      id: number;
      number: string;
      procedure: string;
      procedure_name: string;
      state: string;
      state_name: string;
      channel: string;
      channel_name: string;
      class?: string;
      class_name?: string;
      title: string;
      main?: components['schemas']['Named'];
      clock?: components['schemas']['Clock'];
      place?: components['schemas']['Named'];
      estate?: components['schemas']['Named'];
      grid?: components['schemas']['Named'];
      lat?: number;
      lon?: number;
      outside?: boolean;
      unit?: components['schemas']['Named'];
      /** Format: date-time */
      reported_at: string;
      /** Format: date-time */
      due_at?: string;
      late: boolean;
      /** Format: int64 */
      returns: number;
      /** Format: int64 */
      reworks: number;
      /** Format: int64 */
      photos: number;
      external_number?: string;
      /** Format: date-time */
      external_due_at?: string;
      filled_above?: boolean;
      /** Format: date-time */
      first_contact_due_at?: string;
      /** Format: date-time */
      first_contact_at?: string;
      /** Format: int64 */
      rating?: number;
      solved?: boolean;
      outcome?: string;
      outcome_name?: string;
      /** Format: date-time */
      closed_at?: string;
      confidential: boolean;
      leader_waiting: boolean;
      /** Format: int64 */
      last_event: number;
      /** Format: int64 */
      voices: number;
    };
    CaseList: {
      items: components['schemas']['Case'][];
      next?: string;
      /** Format: date-time */
      looked_back_to?: string;
      filter: string;
      /** Format: date-time */
      as_of: string;
    };
    Count: {
      /** Format: int64 */
      count: number;
      capped: boolean;
      /** Format: date-time */
      as_of: string;
    };
    CaseClock: {
      kind: string;
      name: string;
      unit: string;
      limit_text: string;
      /** Format: date-time */
      started_at: string;
      /** Format: date-time */
      due_at: string;
      /** Format: date-time */
      stopped_at?: string;
      late: boolean;
      provisional: boolean;
      /** Format: int64 */
      limit_ms: number;
      /** Format: int64 */
      used_ms: number;
      /** Format: int64 */
      left_ms: number;
      running: boolean;
    };
    Task: {
      /** Format: int64 */
      id: number;
      kind: string;
      unit?: components['schemas']['Named'];
      grid?: components['schemas']['Named'];
      has_accounts?: boolean;
      telephone?: string;
      state: string;
      /** Format: date-time */
      sent_at: string;
      /** Format: date-time */
      due_at?: string;
      /** Format: date-time */
      signed_at?: string;
      /** Format: date-time */
      done_at?: string;
      on_behalf?: string;
      /** Format: int64 */
      round: number;
    };
    Voice: {
      /** Format: int64 */
      id: number;
      channel: string;
      channel_name: string;
      external_number?: string;
      /** Format: date-time */
      reported_at: string;
      text: string;
      address?: string;
      has_contact: boolean;
      may_reveal: boolean;
      erased: boolean;
      name_masked?: string;
      telephone_masked?: string;
      /** Format: int64 */
      rating?: number;
      solved?: boolean;
    };
    MergedCase: {
      /** Format: int64 */
      id: number;
      number: string;
      title?: string;
      channel_name: string;
      /** Format: date-time */
      reported_at: string;
      /** Format: int64 */
      voices: number;
      /** Format: date-time */
      due_at?: string;
      late: boolean;
      external_number?: string;
      /** Format: date-time */
      external_due_at?: string;
      filled_above?: boolean;
      /** Format: int64 */
      rating?: number;
      solved?: boolean;
    };
    TimelineEntry: {
      /** Format: int64 */
      event: number;
      /** Format: date-time */
      at: string;
      /** Format: date-time */
      accepted_at: string;
      code: string;
      title: string;
      line: string;
      text: string;
      public: boolean;
      actor: string;
      unit?: string;
      on_behalf?: string;
      photos: number[];
    };
    AllowedStep: {
      step: string;
      name: string;
      needs: string[];
    };
    Suggestion: {
      unit?: components['schemas']['Named'];
      reason?: string;
      assists: components['schemas']['Named'][];
      /** Format: int64 */
      condition?: number;
      limit_text?: string;
      /** Format: date-time */
      due_at?: string;
      provisional: boolean;
    };
    CaseFull: {
      /** Format: int64 */
      id: number;
      number: string;
      procedure: string;
      procedure_name: string;
      state: string;
      state_name: string;
      channel: string;
      channel_name: string;
      class?: string;
      class_name?: string;
      title: string;
      main?: components['schemas']['Named'];
      clock?: components['schemas']['Clock'];
      place?: components['schemas']['Named'];
      estate?: components['schemas']['Named'];
      grid?: components['schemas']['Named'];
      lat?: number;
      lon?: number;
      outside?: boolean;
      unit?: components['schemas']['Named'];
      /** Format: date-time */
      reported_at: string;
      /** Format: date-time */
      due_at?: string;
      late: boolean;
      /** Format: int64 */
      returns: number;
      /** Format: int64 */
      reworks: number;
      /** Format: int64 */
      photos: number;
      external_number?: string;
      /** Format: date-time */
      external_due_at?: string;
      filled_above?: boolean;
      /** Format: date-time */
      first_contact_due_at?: string;
      /** Format: date-time */
      first_contact_at?: string;
      /** Format: int64 */
      rating?: number;
      solved?: boolean;
      outcome?: string;
      outcome_name?: string;
      /** Format: date-time */
      closed_at?: string;
      confidential: boolean;
      leader_waiting: boolean;
      /** Format: int64 */
      last_event: number;
      text: string;
      condition?: string;
      /** Format: int64 */
      condition_row?: number;
      closing?: string;
      limit_text?: string;
      provisional: boolean;
      clocks: components['schemas']['CaseClock'][];
      tasks: components['schemas']['Task'][];
      voices: components['schemas']['Voice'][];
      merged: components['schemas']['MergedCase'][];
      timeline: components['schemas']['TimelineEntry'][];
      public_steps: components['schemas']['PublicStep'][];
      allowed: components['schemas']['AllowedStep'][];
      suggestion?: components['schemas']['Suggestion'];
      reply_text?: string;
      reply_draft?: string;
      /** Format: int64 */
      reply_limit: number;
      /** Format: int64 */
      version: number;
      entry?: components['schemas']['LedgerEntry'];
      /** Format: date-time */
      as_of: string;
    };
    Twin: {
      item?: components['schemas']['Case'];
      reasons: string[];
    };
    Twins: {
      items: components['schemas']['Twin'][];
      /** Format: date-time */
      as_of: string;
    };
    Reported: {
      /** Format: int64 */
      id: number;
      number: string;
      track_url?: string;
      /** Format: int64 */
      event: number;
    };
    Link: {
      url: string;
      pin: string;
      unit: string;
    };
    TrackLink: {
      track_url: string;
    };
    StepsAnswer: {
      /** Format: int64 */
      id: number;
      number: string;
      state: string;
      state_name: string;
      /** Format: int64 */
      last_event: number;
      link?: components['schemas']['Link'];
    };
    Contact: {
      name: string;
      telephone: string;
      email?: string;
    };
    Erased: {
      /** Format: int64 */
      event: number;
    };
    Condition: {
      /** Format: int64 */
      row: number;
      condition: string;
      /** Format: int64 */
      limit: number;
      limit_unit: string;
      limit_text: string;
      closing: string;
    };
    CaseClass: {
      code: string;
      category: string;
      kind: string;
      name: string;
      verify: boolean;
      photo: boolean;
      conditions: components['schemas']['Condition'][];
    };
    StepDefinition: {
      step: string;
      name: string;
      from: string[];
      to?: string;
      by: string[];
      needs: string[];
    };
    StateDefinition: {
      state: string;
      name: string;
      face?: string;
    };
    ProcedureDefinition: {
      procedure: string;
      name: string;
      channels: string[];
      kinds: string[];
      /** Format: int64 */
      reply_limit: number;
      public: boolean;
      steps: components['schemas']['StepDefinition'][];
      states: components['schemas']['StateDefinition'][];
    };
    Category: {
      code: string;
      kind: string;
      name: string;
    };
    GradeName: {
      /** Format: int64 */
      code: number;
      name: string;
    };
    Catalogue: {
      /** Format: int64 */
      version: number;
      procedures: components['schemas']['ProcedureDefinition'][];
      categories: components['schemas']['Category'][];
      classes: components['schemas']['CaseClass'][];
      channels: components['schemas']['Coded'][];
      outcomes: components['schemas']['Coded'][];
      grades: components['schemas']['GradeName'][];
    };
    Place: {
      /** Format: int64 */
      id: number;
      code: string;
      /** Format: int64 */
      parent?: number;
      level: string;
      name: string;
      polygon?: number[][];
    };
    Places: {
      places: components['schemas']['Place'][];
    };
    Unit: {
      /** Format: int64 */
      id: number;
      code: string;
      /** Format: int64 */
      parent?: number;
      name: string;
      kind: string;
      has_accounts: boolean;
      line?: string;
      area?: string;
      telephone?: string;
    };
    Units: {
      units: components['schemas']['Unit'][];
    };
    AdminRole: {
      /** Format: int64 */
      id: number;
      role: string;
      place?: components['schemas']['Named'];
      procedure?: string;
      procedure_name?: string;
    };
    AdminAccount: {
      /** Format: int64 */
      id: number;
      login: string;
      name: string;
      active: boolean;
      language: string;
      unit?: components['schemas']['Named'];
      roles: components['schemas']['AdminRole'][];
    };
    AdminAccounts: {
      accounts: components['schemas']['AdminAccount'][];
    };
    OneTimePassword: {
      /** Format: int64 */
      id: number;
      password: string;
    };
    AdminKey: {
      /** Format: int64 */
      id: number;
      name: string;
      /** Format: int64 */
      per_minute: number;
      /** Format: date-time */
      made_at: string;
      /** Format: date-time */
      ended_at?: string;
    };
    AdminKeys: {
      keys: components['schemas']['AdminKey'][];
    };
    NewKey: {
      name: string;
      secret: string;
    };
    DefinitionFile: {
      name: string;
      /** Format: int64 */
      bytes: number;
    };
    DefinitionCounts: {
      /** Format: int64 */
      procedures: number;
      /** Format: int64 */
      categories: number;
      /** Format: int64 */
      classes: number;
      /** Format: int64 */
      conditions: number;
      /** Format: int64 */
      routes: number;
      /** Format: int64 */
      templates: number;
    };
    RoutingRow: {
      class: string;
      class_name?: string;
      line: string;
      place: string;
      place_name?: string;
      unit: string;
      assists: string[];
      remark: string;
    };
    Definitions: {
      /** Format: int64 */
      version: number;
      /** Format: date-time */
      published_at?: string;
      files: components['schemas']['DefinitionFile'][];
      counts?: components['schemas']['DefinitionCounts'];
      routes: components['schemas']['RoutingRow'][];
    };
    AuditEntry: {
      /** Format: int64 */
      number: number;
      /** Format: date-time */
      at: string;
      actor?: string;
      what: string;
      subject?: string;
      remark: string;
    };
    Audit: {
      entries: components['schemas']['AuditEntry'][];
      /** Format: int64 */
      next?: number;
    };
    LedgerHead: {
      /** Format: int64 */
      office: number;
      /** Format: int64 */
      number: number;
      /** Format: date-time */
      at: string;
    };
    BackupState: {
      on: boolean;
      /** Format: int64 */
      count: number;
      /** Format: int64 */
      last_bytes: number;
      /** Format: date-time */
      last_at?: string;
      failing: boolean;
      late: boolean;
      /** Format: date-time */
      drilled_at?: string;
      drill_failed: boolean;
      drill_late: boolean;
    };
    SystemState: {
      version: string;
      /** Format: int64 */
      schema: number;
      /** Format: int64 */
      database_bytes: number;
      /** Format: int64 */
      photo_bytes: number;
      /** Format: int64 */
      free_bytes: number;
      /** Format: int64 */
      waiting: number;
      /** Format: int64 */
      batches: number;
      /** Format: int64 */
      commands: number;
      ledgers: components['schemas']['LedgerHead'][];
      backup?: components['schemas']['BackupState'];
    };
    LedgerEntry: {
      /** Format: int64 */
      number: number;
      hash: string;
    };
    DailyRoot: {
      date: string;
      root: string;
    };
    DailyRoots: {
      roots: components['schemas']['DailyRoot'][];
      next?: string;
    };
    ProofEntry: {
      /** Format: int64 */
      number: number;
      /** Format: date-time */
      at: string;
      hash: string;
      salt: string;
      path: string[];
      end: string;
      date: string;
      root: string;
    };
    OpenEntry: {
      /** Format: int64 */
      number: number;
      /** Format: date-time */
      at: string;
      hash: string;
    };
    Proof: {
      format: string;
      case: string;
      /** Format: int64 */
      office: number;
      entries: components['schemas']['ProofEntry'][];
      open: components['schemas']['OpenEntry'][];
    };
    Problem: {
      type: string;
      title: string;
      /** Format: int64 */
      status: number;
      /** @description 错误代码 */
      code: string;
      /** @description 说明 */
      detail: string;
      /** @description 现在可以怎么办 */
      hint: string;
      /** @description 有问题的字段 */
      field?: string;
      /** @description 请求编号 */
      request: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
};
export type $defs = Record<string, never>;
export type operations = Record<string, never>;

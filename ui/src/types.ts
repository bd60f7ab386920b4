// What the HTTP API gives and takes (docs/api.md). Amounts are decimal strings, days "2027-01-05", instants RFC 3339.

export type Lang = 'en' | 'fr';
export type Text = { en: string; fr: string };
export type Role = 'viewer' | 'manager' | 'owner';

export type Hotel = { slug: string; name: string; timezone: string; currency: string; role: Role };
export type Me = { email: string; language: Lang; operator: boolean; hotels: Hotel[] };

export type List<T> = { data: T[]; nextCursor: string | null };

export type FormField = {
    name: string;
    type: 'text' | 'multiline' | 'secret' | 'number' | 'switch' | 'choice' | 'json' | 'date' | 'instant' | 'amount';
    label: string;
    help?: string;
    required: boolean;
    secret: boolean;
    generated?: boolean;
    destination?: boolean;
    advanced?: boolean;
    choices?: string[];
    default?: Json;
    example?: string;
    min?: number;
    max?: number;
    minLength?: number;
    maxLength?: number;
    visibleWhen?: Record<string, string>;
};

export type IntegrationType = {
    type: string;
    title: string;
    description: string;
    receives: boolean;
    pulls: boolean;
    pushes: boolean;
    imports: boolean;
    exports: boolean;
    fields: FormField[];
};

export type IntegrationStatus = 'disconnected' | 'connected' | 'error' | 'paused' | 'needs_reauth';

export type Integration = {
    id: string;
    type: string;
    name: string;
    status: IntegrationStatus;
    configuration: Record<string, Json>;
    lastSync: string | null;
    lastError: string | null;
    isActive: boolean;
    createdAt: string;
    updatedAt: string;
    webhookUrl?: string;
    isOpen?: boolean;
};

export type Verb = { success: true; data: Record<string, Json> } | { success: false; error: { code: string; message: string } };

export type Log = {
    id: number;
    action: string;
    status: string;
    message: string;
    data: Record<string, Json> | null;
    actor: string | null;
    createdAt: string;
};

export type Outcome = {
    outcome: 'applied' | 'unchanged' | 'stale' | 'duplicate' | 'ignored' | 'waiting' | 'failed';
    pointer: string | null;
    detail: string | null;
    reservationId: string | null;
    duplicateOf: string | null;
    attempts: number;
    appliedAt: string | null;
};

export type Message = {
    id: string;
    receivedAt: string;
    verdict: 'signed' | 'url_token' | 'open' | 'rejected';
    reason: string | null;
    client: string | null;
    method: string;
    target: string;
    requestId: string | null;
    messageKey: string | null;
    size: number;
    sha256: string;
    masked: boolean;
    result: Outcome | null;
};
export type MessageWhole = Message & { headers: [string, string][]; body: string; text: string | null };

export type ReservationStatus =
    | 'inquiry'
    | 'hold'
    | 'confirmed'
    | 'checked_in'
    | 'checked_out'
    | 'cancelled'
    | 'no_show';

export type Guest = {
    firstName?: string | null;
    lastName?: string | null;
    email?: string | null;
    phone?: string | null;
    country?: string | null;
    language?: string | null;
};

export type Collect = 'channel' | 'hotel' | 'unknown';
export type Charges = {
    nights?: { date: string; amount: string }[];
    extras?: { name: string; quantity?: number; unitPrice?: string; per?: 'stay' | 'night'; amount?: string }[];
    taxes?: { name: string; amount?: string; included?: boolean; collect?: Collect }[];
    commission?: string;
    collect?: Collect;
};

export type Stay = Charges & {
    number: number;
    status: ReservationStatus;
    keepsNights?: boolean;
    code?: string;
    reference?: string;
    roomType?: string;
    ratePlan?: string;
    arrival: string;
    departure: string;
    adults?: number;
    children?: number;
    amount?: string;
    mapped: boolean;
    oversold: boolean;
};

export type Reservation = Omit<Charges, 'nights'> & {
    expiresAt?: string;
    expired?: boolean;
    mismatches?: { pointer: string; said?: string; sum?: string; detail: string }[];
    id: string;
    reference: string;
    status: ReservationStatus;
    revision?: string;
    bookedAt?: string;
    currency?: string;
    totalAmount?: string;
    channel?: string;
    integrationId?: string;
    guest: Guest;
    rooms: Stay[];
    notes?: string;
    oversold: boolean;
    unmapped: boolean;
    createdAt: string;
    updatedAt: string;
};

export type Revision = {
    number: number;
    type: 'reservation.created' | 'reservation.modified' | 'reservation.cancelled';
    outcome: 'applied' | 'stale' | 'conflict' | 'same';
    revision: string | null;
    timestamp: string | null;
    dated: boolean;
    receivedAt: string;
    integrationId: string | null;
    actor: string | null;
    messageId: string | null;
    importId: string | null;
    line?: number;
    message: Json;
};
export type ReservationWhole = Reservation & { history: Revision[] };

export type RoomType = { code: string; name: string; units: number; repaired?: number };

export type Night = {
    date: string;
    physical: number;
    outOfOrder: number;
    sold: number;
    held: number;
    overbookingLimit: number;
    available: number;
    oversold: boolean;
};
export type CalendarRoom = { roomType: string; name: string; days: Night[] };
export type Calendar = { from: string; to: string; rooms: CalendarRoom[] };

export type RatePlan = {
    id: string;
    code: string;
    name: string;
    pricing: 'room' | 'person';
    baseOccupancy: number;
    derived: { parent: string; percent: string | null; amount: string | null } | null;
    mealPlan: 'room_only' | 'breakfast' | 'half_board' | 'full_board' | 'all_inclusive';
    cancellation: {
        text: string | null;
        before: number | null;
        unit: 'hours' | 'days' | null;
        feePercent: string | null;
        feeNights: number | null;
    };
    taxesIncluded: boolean;
    currency: string;
    active: boolean;
};

export type RestrictionName =
    | 'minStayArrival'
    | 'minStayThrough'
    | 'maxStay'
    | 'closedToArrival'
    | 'closedToDeparture'
    | 'stopSell'
    | 'minAdvanceDays'
    | 'maxAdvanceDays';
export type CellField = RestrictionName | 'price' | 'physical' | 'outOfOrder' | 'overbookingLimit';
export type RateFrom = 'own' | 'allPlans' | 'parent' | 'none';
export type RateDay = {
    date: string;
    price?: string | null;
    from?: RateFrom;
    of?: string | null;
    prices?: { occupancy: number; price: string | null; from: RateFrom; of: string | null }[];
    restrictions: { [N in RestrictionName]?: { value: number | boolean; from: RateFrom; of: string } };
};
export type RateRow = { ratePlan: string; name: string | null; pricing: 'room' | 'person' | null; currency: string | null; days: RateDay[] };
export type RateRoom = { roomType: string; name: string; ratePlans: RateRow[] };
export type Rates = { from: string; to: string; rooms: RateRoom[] };
export type RatesChanged = {
    edit: string | null;
    cells: number;
    changed: number;
    warnings: { code: string; message: string; count: number; roomType: string; ratePlan: string; date: string }[];
};

export type Edit = {
    id: string;
    kind: 'stock' | 'rates' | 'plan' | 'undo';
    actor: string;
    at: string;
    summary: string;
    cells: number;
    undoes: string | null;
    undoneBy: string | null;
};
type CellPlace = { roomType: string; ratePlan: string | null; date: string; field: CellField; occupancy: number };
type CellValue = string | number | boolean | null;
export type Past = CellPlace & {
    edit: string;
    actor: string;
    at: string;
    summary: string;
    undoes: string | null;
    undoneBy: string | null;
    before: CellValue;
    after: CellValue;
};
export type Undone = { edit: string | null; restored: number; left: number; leftCells: (CellPlace & { wanted: CellValue; value: CellValue })[] };

export type Mapping = { integrationId: string | null; remote: string; roomType: string | null; seenAt: string };

export type Alert = {
    id: string;
    severity: 'critical' | 'warning' | 'info';
    message: string;
    standing: boolean;
    reservationId: string | null;
    integrationId: string | null;
    occurrences: number;
    raisedAt: string;
    lastAt: string;
    clearedAt: string | null;
};

export type ImportReport = {
    rows?: number;
    layout?: string | null;
    detected?: { name: string; value: string; certainty: 'given' | 'certain' | 'assumed' | 'open'; text: Text }[];
    columns?: { name: string; means: string | null }[];
    questions?: { name: string; text: Text; choices: { value: string; label: Text }[] }[];
    counts?: Record<
        'created' | 'changed' | 'unchanged' | 'notApplied' | 'skipped' | 'refused' | 'warnings',
        number
    >;
    problems?: { line: number; severity: 'error' | 'warning' | 'note'; pointer: string; text: Text }[];
    problemsLeftOut?: number;
};

export type Import = {
    id: string | null;
    name: string;
    integrationId: string | null;
    status: 'waiting' | 'asking' | 'running' | 'done' | 'failed';
    source: 'upload' | 'command' | 'folder';
    actor: string | null;
    size: number;
    rowsDone: number;
    answers: Record<string, string>;
    report: ImportReport;
    createdAt: string | null;
    updatedAt: string | null;
};

export type LiveEvent = { id: string; type: string; entityId: string | null; createdAt: string; data: Json };

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

// What stands in the place of a secret; sent back, it keeps the stored one.
export const MASK = '********';

/* SPDX-License-Identifier: Apache-2.0 */
/* The shapes of answers, for the API document and the client that is generated from it. */
#include "gate/web/schema_rows.h"

static const struct field_row named[] = {INT("id"), TEXT("name"), {0}};
static const struct field_row coded[] = {TEXT("code"), TEXT("name"), {0}};
static const struct field_row account[] = {INT("id"),
                                           TEXT("name"),
                                           TEXT("login"),
                                           REF("unit", "Named"),
                                           TEXTS("roles"),
                                           TEXTS("rights"),
                                           TEXT("language"),
                                           BOOL("must_change_password"),
                                           {0}};
static const struct field_row office[] = {TEXT("code"),      TEXT("name"),      TEXT("short"),
                                          TEXT("telephone"), TEXT_OPT("hours"), {0}};
static const struct field_row session[] = {REF("account", "Account"),
                                           TEXT("csrf"),
                                           REF("office", "Office"),
                                           LIST("offices", "Coded"),
                                           {0}};
static const struct field_row clock[] = {TEXT("kind"),    TEXT("name"),        TEXT("unit"),
                                         TIME("due_at"),  INT("limit_ms"),     INT("left_ms"),
                                         BOOL("running"), BOOL("provisional"), {0}};

#define CASE_MEMBERS                                                                               \
    INT("id"), TEXT("number"), TEXT("procedure"), TEXT("procedure_name"), TEXT("state"),           \
        TEXT("state_name"), TEXT("channel"), TEXT("channel_name"), TEXT_OPT("class"),              \
        TEXT_OPT("class_name"), TEXT("title"), REF("main", "Named"), REF("clock", "Clock"),        \
        REF("place", "Named"), REF("estate", "Named"), REF("grid", "Named"),                       \
        {.name = "lat", .kind = FIELD_DEGREES}, {.name = "lon", .kind = FIELD_DEGREES},            \
        BOOL_OPT("outside"), REF("unit", "Named"), TIME("reported_at"), TIME_OPT("due_at"),        \
        BOOL("late"), INT("returns"), INT("reworks"), INT("photos"), TEXT_OPT("external_number"),  \
        TIME_OPT("external_due_at"), BOOL_OPT("filled_above"), TIME_OPT("first_contact_due_at"),   \
        TIME_OPT("first_contact_at"), INT_OPT("rating"), BOOL_OPT("solved"), TEXT_OPT("outcome"),  \
        TEXT_OPT("outcome_name"), TIME_OPT("closed_at"), BOOL("confidential"),                     \
        BOOL("leader_waiting"), INT("last_event")

static const struct field_row case_item[] = {CASE_MEMBERS, INT("voices"), {0}};
static const struct field_row case_list[] = {
    LIST("items", "Case"), TEXT_OPT("next"), TIME_OPT("looked_back_to"),
    TEXT("filter"),        TIME("as_of"),    {0}};
static const struct field_row count[] = {INT("count"), BOOL("capped"), TIME("as_of"), {0}};
static const struct field_row case_clock[] = {TEXT("kind"),           TEXT("name"),
                                              TEXT("unit"),           TEXT("limit_text"),
                                              TIME("started_at"),     TIME("due_at"),
                                              TIME_OPT("stopped_at"), BOOL("late"),
                                              BOOL("provisional"),    INT("limit_ms"),
                                              INT("used_ms"),         INT("left_ms"),
                                              BOOL("running"),        {0}};
static const struct field_row task[] = {INT("id"),
                                        TEXT("kind"),
                                        REF("unit", "Named"),
                                        REF("grid", "Named"),
                                        BOOL_OPT("has_accounts"),
                                        TEXT_OPT("telephone"),
                                        TEXT("state"),
                                        TIME("sent_at"),
                                        TIME_OPT("due_at"),
                                        TIME_OPT("signed_at"),
                                        TIME_OPT("done_at"),
                                        TEXT_OPT("on_behalf"),
                                        INT("round"),
                                        {0}};
static const struct field_row voice[] = {INT("id"),
                                         TEXT("channel"),
                                         TEXT("channel_name"),
                                         TEXT_OPT("external_number"),
                                         TIME("reported_at"),
                                         TEXT("text"),
                                         TEXT_OPT("address"),
                                         BOOL("has_contact"),
                                         BOOL("may_reveal"),
                                         BOOL("erased"),
                                         TEXT_OPT("name_masked"),
                                         TEXT_OPT("telephone_masked"),
                                         INT_OPT("rating"),
                                         BOOL_OPT("solved"),
                                         {0}};
static const struct field_row merged[] = {INT("id"),
                                          TEXT("number"),
                                          TEXT_OPT("title"),
                                          TEXT("channel_name"),
                                          TIME("reported_at"),
                                          INT("voices"),
                                          TIME_OPT("due_at"),
                                          BOOL("late"),
                                          TEXT_OPT("external_number"),
                                          TIME_OPT("external_due_at"),
                                          BOOL_OPT("filled_above"),
                                          INT_OPT("rating"),
                                          BOOL_OPT("solved"),
                                          {0}};
static const struct field_row entry[] = {
    INT("event"),
    TIME("at"),
    TIME("accepted_at"),
    TEXT("code"),
    TEXT("title"),
    TEXT("line"),
    TEXT("text"),
    BOOL("public"),
    TEXT("actor"),
    TEXT_OPT("unit"),
    TEXT_OPT("on_behalf"),
    {.name = "photos", .kind = FIELD_INT, .flags = FIELD_REQUIRED | FIELD_LIST},
    {0}};
static const struct field_row allowed[] = {TEXT("step"), TEXT("name"), TEXTS("needs"), {0}};
static const struct field_row suggestion[] = {
    REF("unit", "Named"),   TEXT_OPT("reason"), LIST("assists", "Named"), INT_OPT("condition"),
    TEXT_OPT("limit_text"), TIME_OPT("due_at"), BOOL("provisional"),      {0}};
static const struct field_row case_full[] = {CASE_MEMBERS,
                                             TEXT("text"),
                                             TEXT_OPT("condition"),
                                             INT_OPT("condition_row"),
                                             TEXT_OPT("closing"),
                                             TEXT_OPT("limit_text"),
                                             BOOL("provisional"),
                                             LIST("clocks", "CaseClock"),
                                             LIST("tasks", "Task"),
                                             LIST("voices", "Voice"),
                                             LIST("merged", "MergedCase"),
                                             LIST("timeline", "TimelineEntry"),
                                             LIST("public_steps", "PublicStep"),
                                             LIST("allowed", "AllowedStep"),
                                             REF("suggestion", "Suggestion"),
                                             TEXT_OPT("reply_text"),
                                             TEXT_OPT("reply_draft"),
                                             INT("reply_limit"),
                                             INT("version"),
                                             REF("entry", "LedgerEntry"),
                                             TIME("as_of"),
                                             {0}};
static const struct field_row twin[] = {REF("item", "Case"), TEXTS("reasons"), {0}};
static const struct field_row twins[] = {LIST("items", "Twin"), TIME("as_of"), {0}};
static const struct field_row reported[] = {
    INT("id"), TEXT("number"), TEXT_OPT("track_url"), INT("event"), {0}};
static const struct field_row erased[] = {INT("event"), {0}};
static const struct field_row track_link[] = {TEXT("track_url"), {0}};
static const struct field_row link[] = {TEXT("url"), TEXT("pin"), TEXT("unit"), {0}};
static const struct field_row steps_answer[] = {INT("id"),
                                                TEXT("number"),
                                                TEXT("state"),
                                                TEXT("state_name"),
                                                INT("last_event"),
                                                REF("link", "Link"),
                                                {0}};
static const struct field_row contact[] = {TEXT("name"), TEXT("telephone"), TEXT_OPT("email"), {0}};
static const struct field_row condition[] = {
    INT("row"),         TEXT("condition"), INT("limit"), TEXT("limit_unit"),
    TEXT("limit_text"), TEXT("closing"),   {0}};
static const struct field_row class[] = {TEXT("code"),
                                         TEXT("category"),
                                         TEXT("kind"),
                                         TEXT("name"),
                                         BOOL("verify"),
                                         BOOL("photo"),
                                         LIST("conditions", "Condition"),
                                         {0}};
static const struct field_row step[] = {
    TEXT("step"), TEXT("name"), TEXTS("from"), TEXT_OPT("to"), TEXTS("by"), TEXTS("needs"), {0}};
static const struct field_row state[] = {TEXT("state"), TEXT("name"), TEXT_OPT("face"), {0}};
static const struct field_row procedure[] = {TEXT("procedure"),
                                             TEXT("name"),
                                             TEXTS("channels"),
                                             TEXTS("kinds"),
                                             INT("reply_limit"),
                                             BOOL("public"),
                                             LIST("steps", "StepDefinition"),
                                             LIST("states", "StateDefinition"),
                                             {0}};
static const struct field_row category[] = {TEXT("code"), TEXT("kind"), TEXT("name"), {0}};
static const struct field_row grade[] = {INT("code"), TEXT("name"), {0}};
static const struct field_row catalogue[] = {INT("version"),
                                             LIST("procedures", "ProcedureDefinition"),
                                             LIST("categories", "Category"),
                                             LIST("classes", "CaseClass"),
                                             LIST("channels", "Coded"),
                                             LIST("outcomes", "Coded"),
                                             LIST("grades", "GradeName"),
                                             {0}};
static const struct field_row place[] = {
    INT("id"),
    TEXT("code"),
    INT_OPT("parent"),
    TEXT("level"),
    TEXT("name"),
    {.name = "polygon", .kind = FIELD_REAL, .flags = FIELD_TABLE},
    {0}};
static const struct field_row places[] = {LIST("places", "Place"), {0}};
static const struct field_row unit[] = {INT("id"),
                                        TEXT("code"),
                                        INT_OPT("parent"),
                                        TEXT("name"),
                                        TEXT("kind"),
                                        BOOL("has_accounts"),
                                        TEXT_OPT("line"),
                                        TEXT_OPT("area"),
                                        TEXT_OPT("telephone"),
                                        {0}};
static const struct field_row units[] = {LIST("units", "Unit"), {0}};

static const struct field_row public_class[] = {TEXT("code"),           TEXT("name"),
                                                TEXT_OPT("limit_text"), INT_OPT("limit"),
                                                TEXT_OPT("limit_unit"), {0}};
static const struct field_row public_classes[] = {LIST("classes", "PublicClass"), {0}};
static const struct field_row public_place[] = {
    INT("id"), TEXT("name"), TEXT("level"), INT_OPT("parent"), {0}};
static const struct field_row public_places[] = {LIST("places", "PublicPlace"), {0}};
static const struct field_row public_reported[] = {TEXT("number"),
                                                   TEXT("track_url"),
                                                   TEXT("token"),
                                                   BOOL("outside"),
                                                   TEXT_OPT("outside_words"),
                                                   REF("entry", "LedgerEntry"),
                                                   {0}};
static const struct field_row public_step[] = {TIME("at"),        TEXT("code"),   TEXT("title"),
                                               TEXT_OPT("words"), TEXT_OPT("by"), {0}};
static const struct field_row promise[] = {TIME("due_at"), TEXT("text"), {0}};
static const struct field_row rated[] = {BOOL("solved"), INT("grade"), {0}};
static const struct field_row onward[] = {TEXT("office"), TEXT("number"), {0}};
static const struct field_row track[] = {TEXT("number"),
                                         TEXT("class_name"),
                                         TEXT("where"),
                                         TEXT("state"),
                                         TEXT("state_name"),
                                         TEXT_OPT("merged"),
                                         BOOL("outside"),
                                         TEXT_OPT("outside_words"),
                                         TEXT("telephone"),
                                         REF("onward", "Onward"),
                                         LIST("steps", "PublicStep"),
                                         TEXT_OPT("answer"),
                                         REF("promise", "Promise"),
                                         BOOL("may_rate"),
                                         REF("rated", "Rated"),
                                         REF("entry", "LedgerEntry"),
                                         {0}};

static const struct field_row group[] = {TEXT("key"),    TEXT("filter"),        INT("count"),
                                         BOOL("capped"), LIST("items", "Case"), {0}};
static const struct field_row morning[] = {TIME("as_of"), LIST("groups", "MorningGroup"), {0}};
static const struct field_row counter[] = {TEXT("key"), TEXT("filter"), INT("count"), {0}};
static const struct field_row board[] = {TIME("as_of"), LIST("counters", "Counter"), {0}};
static const struct field_row point[] = {INT("id"),
                                         {.name = "lat", .kind = FIELD_DEGREES},
                                         {.name = "lon", .kind = FIELD_DEGREES},
                                         TEXT("state"),
                                         BOOL("late"),
                                         TIME_OPT("due"),
                                         {0}};
static const struct field_row bunch[] = {
    TEXT("cell"),
    {.name = "lat", .kind = FIELD_DEGREES, .flags = FIELD_REQUIRED},
    {.name = "lon", .kind = FIELD_DEGREES, .flags = FIELD_REQUIRED},
    INT("count"),
    INT("late"),
    BOOL("has_more"),
    {.name = "south", .kind = FIELD_DEGREES, .flags = FIELD_REQUIRED},
    {.name = "west", .kind = FIELD_DEGREES, .flags = FIELD_REQUIRED},
    {.name = "north", .kind = FIELD_DEGREES, .flags = FIELD_REQUIRED},
    {.name = "east", .kind = FIELD_DEGREES, .flags = FIELD_REQUIRED},
    {0}};
static const struct field_row points[] = {LIST("points", "CasePoint"),
                                          LIST("bunches", "CaseBunch"),
                                          INT("without_point"),
                                          BOOL("capped"),
                                          TIME("as_of"),
                                          {0}};
static const struct field_row figure[] = {{.name = "value", .kind = FIELD_REAL},
                                          TEXT("filter"),
                                          INT_OPT("part"),
                                          TEXT_OPT("part_filter"),
                                          INT_OPT("whole"),
                                          {0}};
static const struct field_row figure_set[] = {
    REF("reported", "Figure"),    REF("open", "Figure"),
    REF("late", "Figure"),        REF("closed", "Figure"),
    REF("declined", "Figure"),    REF("merged", "Figure"),
    REF("returns", "Figure"),     REF("reworks", "Figure"),
    REF("rated", "Figure"),       REF("on_time_rate", "Figure"),
    REF("solved_rate", "Figure"), REF("contact_rate", "Figure"),
    REF("rating_mean", "Figure"), {0}};
static const struct field_row figure_row[] = {TEXT("key"),
                                              TEXT("name"),
                                              TEXT("filter"),
                                              INT("reported"),
                                              INT("open"),
                                              INT("late"),
                                              INT("closed"),
                                              INT("declined"),
                                              INT("merged"),
                                              INT("returns"),
                                              INT("reworks"),
                                              INT("rated"),
                                              REF("figures", "FigureSet"),
                                              {0}};
static const struct field_row figures[] = {
    TIME("as_of"), TEXT("filter"), BOOL("capped"), LIST("rows", "FigureRow"), {0}};
static const struct field_row own_task[] = {INT("id"), TEXT("kind"), TIME_OPT("due_at"), {0}};
static const struct field_row task_item[] = {
    CASE_MEMBERS, INT("voices"), REF("task", "OwnTask"), {0}};
static const struct field_row tasks[] = {
    LIST("items", "TaskItem"), BOOL("capped"), TIME("as_of"), {0}};
static const struct field_row order_row[] = {INT("row"),
                                             TEXT("external_number"),
                                             TEXT("status"),
                                             TEXT_OPT("class"),
                                             TEXT_OPT("class_name"),
                                             INT_OPT("unit"),
                                             TEXT_OPT("unit_name"),
                                             INT_OPT("place"),
                                             TEXT_OPT("place_name"),
                                             TIME_OPT("due"),
                                             TEXT("title"),
                                             TEXT("text"),
                                             TEXT_OPT("error"),
                                             INT_OPT("id"),
                                             TEXT_OPT("number"),
                                             {0}};
static const struct field_row order_counts[] = {
    INT("new"), INT("twin"), INT("ask"), INT("error"), {0}};
static const struct field_row orders[] = {
    LIST("rows", "OrderRow"), REF("counts", "OrderCounts"), {0}};
static const struct field_row link_open[] = {TEXT("unit"), BOOL("open"), {0}};
static const struct field_row link_task[] = {TEXT("number"),
                                             TEXT("class_name"),
                                             TEXT("where"),
                                             {.name = "lat", .kind = FIELD_DEGREES},
                                             {.name = "lon", .kind = FIELD_DEGREES},
                                             TEXT("text"),
                                             TEXTS("photos"),
                                             TIME_OPT("due_at"),
                                             TEXT("state"),
                                             TEXT("unit"),
                                             BOOL("photo_needed"),
                                             {0}};
static const struct field_row similar[] = {
    TEXT("class_name"), TEXT("street"), TEXT("state"), TIME("reported_at"), {0}};
static const struct field_row similars[] = {LIST("items", "SimilarItem"), {0}};
static const struct field_row upload[] = {TEXT("id"), INT("width"), INT("height"), {0}};

const struct schema service_schemas[] = {{"MorningGroup", group},
                                         {"Morning", morning},
                                         {"Counter", counter},
                                         {"Board", board},
                                         {"CasePoint", point},
                                         {"CaseBunch", bunch},
                                         {"Points", points},
                                         {"Figure", figure},
                                         {"FigureSet", figure_set},
                                         {"FigureRow", figure_row},
                                         {"Figures", figures},
                                         {"OwnTask", own_task},
                                         {"TaskItem", task_item},
                                         {"Tasks", tasks},
                                         {"OrderRow", order_row},
                                         {"OrderCounts", order_counts},
                                         {"Orders", orders},
                                         {"LinkOpen", link_open},
                                         {"LinkTask", link_task},
                                         {"SimilarItem", similar},
                                         {"Similar", similars},
                                         {"Upload", upload},
                                         {"PublicClass", public_class},
                                         {"PublicClasses", public_classes},
                                         {"PublicPlace", public_place},
                                         {"PublicPlaces", public_places},
                                         {"PublicReported", public_reported},
                                         {"PublicStep", public_step},
                                         {"Promise", promise},
                                         {"Rated", rated},
                                         {"Onward", onward},
                                         {"Track", track},
                                         {"Named", named},
                                         {"Coded", coded},
                                         {"Account", account},
                                         {"Office", office},
                                         {"Session", session},
                                         {"Clock", clock},
                                         {"Case", case_item},
                                         {"CaseList", case_list},
                                         {"Count", count},
                                         {"CaseClock", case_clock},
                                         {"Task", task},
                                         {"Voice", voice},
                                         {"MergedCase", merged},
                                         {"TimelineEntry", entry},
                                         {"AllowedStep", allowed},
                                         {"Suggestion", suggestion},
                                         {"CaseFull", case_full},
                                         {"Twin", twin},
                                         {"Twins", twins},
                                         {"Reported", reported},
                                         {"Link", link},
                                         {"TrackLink", track_link},
                                         {"StepsAnswer", steps_answer},
                                         {"Contact", contact},
                                         {"Erased", erased},
                                         {"Condition", condition},
                                         {"CaseClass", class},
                                         {"StepDefinition", step},
                                         {"StateDefinition", state},
                                         {"ProcedureDefinition", procedure},
                                         {"Category", category},
                                         {"GradeName", grade},
                                         {"Catalogue", catalogue},
                                         {"Place", place},
                                         {"Places", places},
                                         {"Unit", unit},
                                         {"Units", units},
                                         {0}};

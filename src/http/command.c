#include "http/call.h"

/* Reads the body's fields by `read`, and refuses others. */
static bool parse(struct hc_http_call *call,
                  bool (*read)(struct hc_http_call *call, struct hc_http_body *body),
                  const char *known)
{
    struct hc_http_body body;
    if (!hc_http_body_parse(call->request->body, &body, call->answer)) {
        return false;
    }
    if (read && !read(call, &body)) {
        hc_http_body_done(&body);
        return false;
    }
    return hc_http_body_end(&body, known);
}

bool hc_http_parse_pause(struct hc_http_call *call)
{
    call->command.run = HC_RUN_PAUSE;
    return parse(call, NULL, "are none");
}

bool hc_http_parse_resume(struct hc_http_call *call)
{
    call->command.run = HC_RUN_RESUME;
    return parse(call, NULL, "are none");
}

bool hc_http_parse_reset(struct hc_http_call *call)
{
    call->command.reset = true;
    return parse(call, NULL, "are none");
}

static bool read_seek(struct hc_http_call *call, struct hc_http_body *body)
{
    struct hc_session_command *command = &call->command;
    if (!hc_http_body_time(body, "time", &command->seek, &command->time_ms) ||
        !hc_http_body_bool(body, "skip", &command->skip)) {
        return false;
    }
    if (!command->seek) {
        hc_http_problem(call->answer, 422, "time: a seek needs it");
    }
    return command->seek;
}

bool hc_http_parse_seek(struct hc_http_call *call)
{
    return parse(call, read_seek, "are time and skip");
}

static bool read_speed(struct hc_http_call *call, struct hc_http_body *body)
{
    struct hc_session_command *command = &call->command;
    if (!hc_http_body_speed(body, "speed", &command->set_speed, &command->speed)) {
        return false;
    }
    if (!command->set_speed) {
        hc_http_problem(call->answer, 422, "speed: it is needed");
    }
    return command->set_speed;
}

bool hc_http_parse_speed(struct hc_http_call *call)
{
    return parse(call, read_speed, "is speed");
}

static bool read_step(struct hc_http_call *call, struct hc_http_body *body)
{
    static const enum hc_step_unit units[] = {HC_STEP_RECORDS, HC_STEP_INSTANTS, HC_STEP_DURATION};
    bool given[3];
    int64_t amount[3];
    if (!hc_http_body_count(body, "records", INT64_MAX, &given[0], &amount[0]) ||
        !hc_http_body_count(body, "instants", HC_STEP_INSTANTS_MAX, &given[1], &amount[1]) ||
        !hc_http_body_duration(body, "duration", &given[2], &amount[2])) {
        return false;
    }
    if (given[0] + given[1] + given[2] != 1) {
        hc_http_problem(call->answer, 422, "a step takes one of records, instants and duration");
        return false;
    }
    for (size_t i = 0; i < HC_COUNT(units); i++) {
        if (given[i]) {
            call->command.step = units[i];
            call->command.step_amount = amount[i];
        }
    }
    return true;
}

bool hc_http_parse_step(struct hc_http_call *call)
{
    return parse(call, read_step, "are records, instants and duration");
}

void hc_http_run_command(struct hc_http_call *call)
{
    if (!hc_control_has_room(call->cluster)) {
        hc_http_problem(call->answer, 409, "too many commands wait for this session");
        return;
    }
    call->pending = hc_http_pending_command(call);
}

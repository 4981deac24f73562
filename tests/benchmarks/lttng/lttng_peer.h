/* LTTng-UST beside our hook. In C, because its headers do not compile with this project's warnings. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* `count` times the tracepoint. */
void lttng_events(unsigned long count);
/* Whether a session records it now. */
int lttng_records(void);

#ifdef __cplusplus
}
#endif

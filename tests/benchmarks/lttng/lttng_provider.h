/* The tracepoint with which LTTng-UST stands beside the hook: what an event of ours says, without its text. */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER queuescope_benchmark
#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "lttng_provider.h"

#if !defined(QUEUESCOPE_LTTNG_PROVIDER_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define QUEUESCOPE_LTTNG_PROVIDER_H

#include <lttng/tracepoint.h>
#include <stdint.h>

LTTNG_UST_TRACEPOINT_EVENT(queuescope_benchmark, event,
                           LTTNG_UST_TP_ARGS(uint8_t, kind, uint16_t, object, uint64_t, item, int64_t, argument),
                           LTTNG_UST_TP_FIELDS(lttng_ust_field_integer(uint8_t, kind, kind)
                                                   lttng_ust_field_integer(uint16_t, object, object)
                                                       lttng_ust_field_integer(uint64_t, item, item)
                                                           lttng_ust_field_integer(int64_t, argument, argument)))

#endif

#include <lttng/tracepoint-event.h>

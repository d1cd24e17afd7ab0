// Everything of the native core.
#pragma once

#include "body_fit.h"
#include "client.h"
#include "client_thread.h"
#include "clock_sync.h"
#include "listener.h"
#include "messages.h"
#include "playout_buffer.h"
#include "playout_clock.h"
#include "playout_delay.h"
#include "unreal_axes.h"

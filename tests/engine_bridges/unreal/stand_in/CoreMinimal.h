// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

// What of Unreal's Core this plugin names.
#include "CoreTypes.h"
#include "Containers.h"
#include "Strings.h"
#include "Pointers.h"
#include "Math.h"
#include "Delegates.h"
#include "Logging/LogMacros.h"

template <typename T> T&& MoveTemp(T& Object) { return static_cast<T&&>(Object); }

struct FGuid {};

#define THIRD_PARTY_INCLUDES_START
#define THIRD_PARTY_INCLUDES_END
#define LOCTEXT(Key, Text) FText()

FString BytesToHex(const uint8* Bytes, int32 NumBytes);

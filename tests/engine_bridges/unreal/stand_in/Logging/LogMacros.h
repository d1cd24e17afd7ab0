// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

struct FLogCategoryStandIn {};
#define DECLARE_LOG_CATEGORY_EXTERN(Name, Default, Compiled) extern FLogCategoryStandIn Name
#define DEFINE_LOG_CATEGORY(Name) FLogCategoryStandIn Name
template <typename... Types> void LogStandIn(FLogCategoryStandIn&, const char16_t*, Types...);
#define UE_LOG(Category, Verbosity, ...) LogStandIn(Category, __VA_ARGS__)

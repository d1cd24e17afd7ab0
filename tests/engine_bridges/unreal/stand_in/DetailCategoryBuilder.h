// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

class FDetailWidgetRow;

class IDetailCategoryBuilder {
public:
    virtual FDetailWidgetRow& AddCustomRow(const FText&, bool = false) = 0;
};

// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "UObject/Object.h"

class UDeveloperSettings : public UObject {
public:
    virtual FName GetCategoryName() const;

protected:
    FName CategoryName;
    FName SectionName;
};

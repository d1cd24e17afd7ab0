// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Containers.h"

class FString {
public:
    FString() = default;
    FString(const TCHAR*);
    const TCHAR* operator*() const;
    FString operator+(const TCHAR*) const;
    FString ToLower() const;
    FString TrimStartAndEnd() const;
    void AppendChars(const TCHAR*, int32);
    int32 ParseIntoArray(TArray<FString>&, const TCHAR*, bool = true) const;
    template <typename... Types> static FString Printf(const TCHAR*, Types...);
};

enum EName { NAME_None };

class FName {
public:
    FName() = default;
    FName(EName);
    FName(const TCHAR*);
    FName(const ANSICHAR*);
    FString ToString() const;
    bool IsNone() const;
    bool operator==(const FName&) const;
};

class FText {
public:
    FString ToString() const;
    static FText FromString(const FString&);
};

class FUTF8ToTCHAR {
public:
    FUTF8ToTCHAR(const ANSICHAR*, int32);
    const TCHAR* Get() const;
    int32 Length() const;
};

class FTCHARToUTF8 {
public:
    explicit FTCHARToUTF8(const TCHAR*);
    const ANSICHAR* Get() const;
    int32 Length() const;
};

#define TCHAR_TO_UTF8(String) FTCHARToUTF8(String).Get()
